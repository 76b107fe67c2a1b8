"""Small HL7 v2 messages."""


def adt(control: str = "C1", event: str = "A01", **fields: str) -> str:
    """An admission: `facility`, `id`, `name`, `visit` and `moment` may be named."""
    moment = fields.get("moment", "20260301080000")
    facility = fields.get("facility", "TEST1")
    patient = f"PID|1||{fields.get('id', 'P100')}^^^{facility}^PI||{fields.get('name', '张^三')}||19580312|M"
    visit = f"PV1|1|I|3B^301^1||||D1^李^医生||||||||||||{fields.get('visit', 'V1')}"
    header = (
        f"MSH|^~\\&|HIS|{facility}|FURONG|REGION|{moment}||ADT^{event}|{control}|P|2.4||||||UNICODE UTF-8"
    )
    return "\r".join([header, f"EVN|{event}|{moment}", patient, visit + "|" * 25 + moment]) + "\r"
