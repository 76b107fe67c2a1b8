from services.failure import Failure, WrongArgument


def test_the_exit_status_tells_a_wrong_argument_from_other_failures() -> None:
    assert (Failure.status, WrongArgument.status) == (1, 2)
    assert issubclass(WrongArgument, Failure)
