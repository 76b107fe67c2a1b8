"""The indexes of the inbox: what makes a message unique, and by what its row is found (`services.inbox`)."""

from pymongo import ASCENDING, DESCENDING, IndexModel

INDEXES = {
    "inbox": [
        IndexModel([("key", ASCENDING), ("digest", ASCENDING)], name="key_digest", unique=True),
        IndexModel([("state", ASCENDING), ("_id", ASCENDING)], name="state_id"),
        IndexModel([("control_id", ASCENDING)], name="control_id"),
        IndexModel([("source", ASCENDING), ("received", DESCENDING)], name="source_received"),
        IndexModel(
            [("state", ASCENDING), ("source", ASCENDING), ("received", ASCENDING)], name="state_source"
        ),
        IndexModel([("keys", ASCENDING), ("_id", DESCENDING)], name="keys_id"),
        IndexModel([("orders", ASCENDING), ("_id", DESCENDING)], name="orders_id", sparse=True),
        IndexModel([("codes", ASCENDING), ("state", ASCENDING)], name="codes_state", sparse=True),
        IndexModel(
            [("source", ASCENDING), ("_id", DESCENDING)],
            name="source_sequence",
            partialFilterExpression={"sequence": {"$exists": True}},
        ),
        IndexModel(
            [("_id", ASCENDING), ("stranger", ASCENDING)],
            name="id_stranger",
            partialFilterExpression={"stranger": {"$gt": 0}},
        ),
        IndexModel(
            [("reply.due", ASCENDING)],
            name="reply_due",
            partialFilterExpression={"reply.due": {"$exists": True}},
        ),
    ]
}
