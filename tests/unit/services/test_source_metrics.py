from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY

from services import source_metrics


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_line_66_a_source_is_counted_by_answer_and_lag() -> None:
    source_metrics.answered("HTEST-M", "AA")
    source_metrics.processed("HTEST-M", datetime.now(UTC) - timedelta(seconds=2), dead=True)
    assert value("furong_source_messages_total", source="HTEST-M", code="AA") == 1
    assert (value("furong_source_last_message_timestamp_seconds", source="HTEST-M") or 0) > 1e9
    assert (value("furong_source_lag_seconds_sum", source="HTEST-M") or 0) >= 2
    assert value("furong_source_dead_letters_total", source="HTEST-M") == 1


def test_line_69_a_stranger_is_named_by_a_plain_code_alone() -> None:
    for strange in ("张三HTEST", "510104195803129013", "13800000001", "ZHANG SAN"):
        assert source_metrics.label(strange) == source_metrics.OTHER
    source_metrics.register(["市一医院"])
    assert source_metrics.label("市一医院") == "市一医院"
    source_metrics.register([])


def test_line_66_strangers_share_one_label() -> None:
    labels = {source_metrics.label(f"STRANGER{number}") for number in range(1000)}
    assert len(labels) <= source_metrics.MOST + 1
    assert source_metrics.name("STRANGER999") == "STRANGER999"
    assert source_metrics.label("") == source_metrics.label("x" * 65) == source_metrics.OTHER
