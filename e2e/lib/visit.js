// A note on its way to the coder.

/** The author signs the draft of a visit, found among the unsigned. */
export async function sign(here, visit) {
  const provider = await here.person("cedar.provider");
  await provider.go("u");
  await provider.openRow(visit);
  await provider.follow("Control+Enter");
  await provider.sees("signed and read", ".notice");
  await provider.signOut();
}
