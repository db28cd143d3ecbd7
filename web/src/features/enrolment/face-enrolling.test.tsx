import { screen, within } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { FaceEnrolling } from "@/features/enrolment/face-enrolling";
import { renderApp } from "@/testing/render-app";
import { answers, refusal, takes } from "@/testing/server";

const photo = (name: string) => new File([name], name, { type: "image/jpeg" });
const done = vi.fn<() => void>();

beforeEach(() => {
  // jsdom knows neither pictures nor cameras.
  URL.createObjectURL = () => "blob:photo";
  URL.revokeObjectURL = () => undefined;
  answers("/consent", () => ({ version: "v7", paragraphs: ["We make templates."], ways: ["photographs"] }));
});

async function agreeAndChoose(user: UserEvent) {
  renderApp(<FaceEnrolling onDone={done} />);
  expect(await screen.findByText("We make templates.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Continue" })).toBeDisabled();
  await user.click(screen.getByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await user.upload(screen.getByLabelText("Choose photographs instead"), [photo("a"), photo("b"), photo("c")]);
}

test("without a camera it says so and still takes files", async () => {
  const user = userEvent.setup();
  await agreeAndChoose(user);
  expect(await screen.findAllByRole("img", { name: /Photograph \d/ })).toHaveLength(3);
});

test("consent version and three photographs are sent", async () => {
  let form: FormData | null = null;
  takes("put", "/me/face", (body) => {
    form = body as FormData;
    return Response.json({
      templates: 3,
      consent_version: "v7",
      enrolled_at: "2026-11-22T12:00:00Z",
      expires_at: "2027-11-22T12:00:00Z",
      way: "photographs",
    });
  });
  const user = userEvent.setup();
  await agreeAndChoose(user);
  await user.click(await screen.findByRole("button", { name: "Save my face" }));
  expect(await screen.findByRole("heading", { name: "The door knows you now" })).toBeInTheDocument();
  const sent = form as unknown as FormData;
  expect(sent.get("consent_version")).toBe("v7");
  expect(sent.getAll("photo")).toHaveLength(3);
});

test("each refused photograph shows its own problem and can be taken again", async () => {
  const problems = [
    { field: "photo-1", detail: "No face can be seen." },
    { field: "photo-3", detail: "It is too dark." },
  ];
  takes("put", "/me/face", () => refusal(422, "photos_rejected", "Two photographs cannot be used.", problems));
  const user = userEvent.setup();
  await agreeAndChoose(user);
  await user.click(await screen.findByRole("button", { name: "Save my face" }));

  expect(await screen.findByText("Two photographs cannot be used.")).toBeInTheDocument();
  const [first, second, third] = within(screen.getByRole("list", { name: "Photographs" })).getAllByRole("listitem");
  expect(first).toHaveTextContent("No face can be seen.");
  expect(within(second as HTMLElement).queryByRole("alert")).not.toBeInTheDocument();
  expect(third).toHaveTextContent("It is too dark.");
  expect(screen.getByRole("button", { name: "Save my face" })).toBeDisabled();

  await user.click(screen.getByRole("button", { name: "Retake photograph 1" }));
  await user.click(screen.getByRole("button", { name: "Retake photograph 3" }));
  await user.upload(screen.getByLabelText("Choose photographs instead"), [photo("d"), photo("e")]);
  expect(await screen.findByRole("button", { name: "Save my face" })).toBeEnabled();
});

test("when the consent text has changed, it is asked for again", async () => {
  takes("put", "/me/face", () => refusal(422, "consent_required", "The text has changed; please read it again."));
  const user = userEvent.setup();
  await agreeAndChoose(user);
  await user.click(await screen.findByRole("button", { name: "Save my face" }));
  expect(await screen.findByText("The text has changed; please read it again.")).toBeInTheDocument();
  expect(await screen.findByRole("checkbox")).not.toBeChecked();
});
