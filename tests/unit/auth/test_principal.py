from auth.principal import Kind, Principal


def test_a_principal_may_do_nothing_that_was_not_said() -> None:
    bare = Principal(Kind.SYSTEM, "s", "HTEST")
    assert (bare.regional, bare.scopes, bare.organization, bare.patient) == (False, (), None, None)
