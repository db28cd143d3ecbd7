// What a program written for the cloud does with the package, and what it must get.
"use strict";

const assert = require("node:assert/strict");

const Kairos = require("kairos-api");
const redirect = require("./redirect.cjs");

const { KAIROS_APP_ID, KAIROS_APP_KEY, KAIROS_HURRIED_URL } = process.env;

// The galleries of the test recognise people by the names in their pictures.
const picture = (...people) =>
  Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(people.join(","))]).toString("base64");

// A call that is answered: 200, and no errors.
async function answered(call) {
  const { status, body } = await call;
  assert.equal(status, 200);
  assert.equal(body.Errors, undefined, JSON.stringify(body));
  return body;
}

// A call that is refused with a code.
async function refused(call, code, expectedStatus = 200) {
  const { status, body } = await call;
  assert.equal(status, expectedStatus);
  assert.equal(body.Errors[0].ErrCode, code, JSON.stringify(body));
}

async function story() {
  const client = new Kairos(KAIROS_APP_ID, KAIROS_APP_KEY);
  const shop = { gallery_name: "shop" };
  assert.deepEqual(await answered(client.galleryListAll()), { status: "Complete", gallery_ids: [] });

  const enrolled = await answered(
    client.enroll({ ...shop, image: picture("ana"), subject_id: "ana", selector: "SETPOSE", minHeadScale: 0.125 }),
  );
  assert.equal(enrolled.images[0].transaction.status, "success");
  assert.equal(enrolled.images[0].transaction.face_id, enrolled.face_id);
  assert.equal(enrolled.images[0].attributes.gender, undefined);
  const dataUrl = `data:image/png;base64,${picture("bo", "cy")}`;
  const both = await answered(client.enroll({ ...shop, image: dataUrl, subject_id: "family", multiple_faces: true }));
  assert.equal(both.images.length, 2);

  const found = await answered(client.recognize({ ...shop, image: picture("cy"), threshold: 0.7, max_num_results: 1 }));
  assert.equal(found.images[0].transaction.subject_id, "family");
  assert.equal(found.images[0].candidates.length, 1);
  const missed = await answered(client.recognize({ ...shop, image: picture("eve") }));
  assert.equal(missed.images[0].transaction.message, "no match found");
  assert.equal(missed.images[0].candidates, undefined);

  const detected = await answered(client.detect({ image: picture("ana", "eve"), selector: "FULL" }));
  assert.equal(detected.images[0].faces[1].topLeftX, 100);

  await refused(client.detect({ image: picture() }), 5002);
  await refused(client.detect({ image: Buffer.from("GIF89a").toString("base64") }), 5000);
  await refused(client.detect({ image: "http://media.kairos.com/kairos-elizabeth.jpg" }), 5001);
  await refused(client.enroll({ ...shop, image: picture("ana", "bo"), subject_id: "ana" }), 5010);
  await refused(client.galleryView({ gallery_name: "elsewhere" }), 5004);
  await refused(client.galleryView({ gallery_name: "" }), 1002);
  await refused(client.detect({ image: "A".repeat(17 * 1024 * 1024) }), 1003);

  assert.deepEqual((await answered(client.galleryView(shop))).subject_ids, ["ana", "family"]);
  await answered(client.galleryRemoveSubject({ ...shop, subject_id: "family" }));
  await refused(client.galleryRemoveSubject({ ...shop, subject_id: "family" }), 5003);
  assert.equal((await answered(client.galleryRemove(shop))).status, "Complete");

  const stranger = new Kairos(KAIROS_APP_ID, "wrong");
  // The package looks at the status alone and gives no body.
  assert.deepEqual(await stranger.detect({ image: picture("ana") }), { status: 403, body: null });

  redirect.target = KAIROS_HURRIED_URL;
  await answered(client.galleryListAll());
  await refused(client.galleryListAll(), 3000, 429);
}

story().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
