// Initiates the replica set and makes its two accounts; may run any number of times.
//   mongosh --nodb --norc --quiet --file initiate.js
// It must reach the first member over loopback: until there is an account, MongoDB trusts nobody else
// (manual, "Localhost Exception"). MEMBERS names the members as they see each other, the first one first.
const fs = require("fs");

const SECRETS = process.env.SECRETS || "/run/secrets";
const MEMBERS = process.env.MEMBERS.split(",");
const DATABASE = process.env.FURONG_DATABASE || "furong";
const LOCAL = `mongodb://127.0.0.1:${MEMBERS[0].split(":")[1]}/?directConnection=true`;
const PATIENCE_MS = 120_000;
const USER_NOT_FOUND = 11;
const ROLE_NOT_FOUND = 31;
const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;

// What Furong does in its database, and no more: it drops nothing, and sees no other database.
const PRIVILEGES = [
  {
    resource: { db: DATABASE, collection: "" },
    actions: [
      "find", "insert", "update", "remove", "changeStream", "killCursors",
      "createCollection", "createIndex", "listCollections", "listIndexes", "collStats", "dbStats",
    ],
  },
];
// Accounts, configuration and backups; it reads no health file (they are sealed besides).
const ADMIN_ROLES = ["userAdminAnyDatabase", "clusterAdmin", "backup", "restore"];

function secret(name) {
  return fs.readFileSync(`${SECRETS}/${name}`, "utf8").trim();
}

function until(what, attempt) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!attempt()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    sleep(500);
  }
}

function initiate(admin) {
  if (admin.runCommand({ hello: 1 }).setName) return;
  // The first member is preferred as primary, so that it is the one where the first account can be made.
  const members = MEMBERS.map((host, id) => ({ _id: id, host, priority: id === 0 ? 2 : 1 }));
  admin.runCommand({ replSetInitiate: { _id: "furong", members } });
  print("replica set initiated");
}

// The first account; once there is one, loopback is trusted no longer and this is refused.
function createAdmin(admin) {
  until("an election", () => admin.runCommand({ hello: 1 }).isWritablePrimary);
  admin.runCommand({ createUser: "admin", pwd: secret("mongodb_admin_password"), roles: ADMIN_ROLES });
  print("account admin made");
}

function authenticated(connection) {
  try {
    return connection.getDB("admin").auth("admin", secret("mongodb_admin_password")).ok === 1;
  } catch (error) {
    if (error.code === AUTHENTICATION_FAILED) return false;
    throw error;
  }
}

function upsert(admin, update, create, notFound) {
  try {
    admin.runCommand(update);
  } catch (error) {
    if (error.code !== notFound) throw error;
    admin.runCommand(create);
  }
}

// Rights and password are set anew at each run: that is how a later version gets further rights.
function setAccount(admin) {
  const role = { privileges: PRIVILEGES, roles: [] };
  upsert(admin, { updateRole: "furong", ...role }, { createRole: "furong", ...role }, ROLE_NOT_FOUND);
  const user = { pwd: secret("furong_mongodb_password"), roles: [{ role: "furong", db: "admin" }] };
  upsert(admin, { updateUser: "furong", ...user }, { createUser: "furong", ...user }, USER_NOT_FOUND);
  print("account furong set");
}

const first = new Mongo(LOCAL);
if (!authenticated(first)) {
  const admin = first.getDB("admin");
  initiate(admin);
  try {
    createAdmin(admin);
  } catch (error) {
    if (error.code !== UNAUTHORIZED) throw error;
    throw new Error("there is an account admin already, and mongodb_admin_password is not its password");
  }
}
const set = new Mongo(`mongodb://${MEMBERS.join(",")}/?replicaSet=furong`);
if (!authenticated(set)) throw new Error("the new account cannot log in");
setAccount(set.getDB("admin"));
