// SMART Health Links, "Viewer URL prefix": the link stands behind #, which no server is told of.
const field = document.getElementById("link");
const behind = decodeURIComponent(location.hash.slice(1));

const told = (link) => {
  const body = link.slice(link.indexOf("shlink:/") + 8).replace(/-/g, "+").replace(/_/g, "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))));
};

addEventListener("hashchange", () => location.reload());  // the next link in the same tab

if (behind.startsWith("shlink:/")) {
  field.value = behind;
  history.replaceState(null, "", location.pathname);
}
if (field.value) {
  try {
    const says = told(field.value);
    document.querySelector("[data-link]").hidden = true;
    document.querySelector("[data-passcode]").hidden = !String(says.flag ?? "").includes("P");
    document.getElementById("recipient").focus();
  } catch {
    // It is not readable: the field stays for whoever can mend it, and the server says what is wrong.
  }
}
