from services.backoff import PAUSES, STEADY, Backoff


def test_what_ends_soon_again_and_again_waits_longer_each_time():
    backoff = Backoff()
    found = [backoff.after(0.1) for _ in range(9)]
    assert found == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert found == sorted(found)
    assert found[-1] >= 30


def test_what_had_worked_starts_again_at_once_however_often_it_is_killed():
    backoff = Backoff()
    assert [backoff.after(STEADY + 1) for _ in range(20)] == [0.0] * 20


def test_a_life_of_work_ends_a_crash_loop():
    backoff = Backoff()
    for _ in range(9):
        backoff.after(0.1)
    assert backoff.after(STEADY + 1) == 0
    assert backoff.after(0.1) == PAUSES[1]
