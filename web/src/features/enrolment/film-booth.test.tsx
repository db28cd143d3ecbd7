import { screen } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { FaceEnrolling } from "@/features/enrolment/face-enrolling";
import type { EnrolmentWay, FilmLook } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { answers, refusal, takes } from "@/testing/server";

// jsdom knows neither cameras nor pictures.
const camera = vi.hoisted(() => ({ video: { current: null }, state: { kind: "running" }, retry: () => undefined }));
vi.mock("@/lib/use-camera", () => ({ useCamera: () => camera }));
vi.mock("@/lib/jpeg", () => ({ videoJpeg: async () => new Blob(["frame"], { type: "image/jpeg" }) }));

const done = vi.fn<() => void>();
const face = {
  templates: 3,
  consent_version: "v7",
  enrolled_at: "2026-11-22T12:00:00Z",
  expires_at: "2027-11-22T12:00:00Z",
  learns: false,
  from_visits: 0,
  way: "film" as const,
};
const ENROLLED: FilmLook = { kind: "enrolled", face };
let begun: unknown[] = [];
let frames: unknown[] = [];

/** The server, which gives these looks one after another; the last one from then on. */
function films(looks: (FilmLook | (() => Response))[], ways: EnrolmentWay[] = ["film", "photographs"]) {
  answers("/consent", () => ({ version: "v7", paragraphs: ["We make templates."], ways }));
  takes("post", "/me/face/film", (body) => {
    begun.push(body);
    return Response.json({ film: "f1", ends_at: "2026-11-22T12:01:00Z" }, { status: 201 });
  });
  takes("post", "/me/face/film/f1", (body) => {
    frames.push(body);
    const look = looks[Math.min(frames.length, looks.length) - 1];
    return typeof look === "function" ? look() : Response.json(look);
  });
}

async function agree(user: UserEvent) {
  renderApp(<FaceEnrolling onDone={done} />);
  await user.click(await screen.findByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Continue" }));
}

beforeEach(() => {
  begun = [];
  frames = [];
});

test("the shopper is led through the turn and is enrolled", async () => {
  films([
    { kind: "mend", advice: "Come closer" },
    { kind: "turn", prompt: "to_the_left" },
    { kind: "look_back" },
    ENROLLED,
  ]);
  const user = userEvent.setup();
  await agree(user);
  await user.click(screen.getByRole("button", { name: "Start" }));
  expect(await screen.findByText("Come closer")).toBeInTheDocument();
  expect(await screen.findByText("Turn your head slowly to your left")).toBeInTheDocument();
  expect(screen.getByTestId("turn-arrow")).toHaveClass("turn-arrow-left");
  expect(await screen.findByText("Good. Now look at the camera again")).toBeInTheDocument();
  expect(await screen.findByRole("heading", { name: "The door knows you now" })).toBeInTheDocument();
  expect(begun).toEqual([{ consent_version: "v7" }]);
  expect(frames).toHaveLength(4);
});

test("a film that is not believed says why, and another can be made", async () => {
  const wrong = () => refusal(422, "film_failed", "You turned to the other side.");
  films([{ kind: "turn", prompt: "to_the_right" }, wrong, ENROLLED]);
  const user = userEvent.setup();
  await agree(user);
  await user.click(screen.getByRole("button", { name: "Start" }));
  expect(await screen.findByText("You turned to the other side.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Film once more" }));
  expect(await screen.findByRole("heading", { name: "The door knows you now" })).toBeInTheDocument();
  expect(begun).toHaveLength(2);
});

test("who stops sends no more frames", async () => {
  films([{ kind: "turn", prompt: "look_straight" }]);
  const user = userEvent.setup();
  await agree(user);
  await user.click(screen.getByRole("button", { name: "Start" }));
  await vi.waitFor(() => expect(frames.length).toBeGreaterThan(1));
  await user.click(screen.getByRole("button", { name: "Stop" }));
  const sent = frames.length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(frames.length).toBeLessThanOrEqual(sent + 1);
  expect(screen.getByRole("button", { name: "Start" })).toBeEnabled();
});

test("photographs are offered only where the store takes them", async () => {
  films([ENROLLED], ["film"]);
  const user = userEvent.setup();
  await agree(user);
  expect(screen.getByRole("button", { name: "Start" })).toBeEnabled();
  expect(screen.queryByRole("button", { name: "Use photographs instead" })).not.toBeInTheDocument();
});

test("where the store takes photographs too, they can be chosen", async () => {
  films([ENROLLED]);
  const user = userEvent.setup();
  await agree(user);
  await user.click(screen.getByRole("button", { name: "Use photographs instead" }));
  expect(screen.getByLabelText("Choose photographs instead")).toBeInTheDocument();
});

test("when the consent text has changed, it is asked for again", async () => {
  films([ENROLLED]);
  takes("post", "/me/face/film", () => refusal(422, "consent_required", "Please read it again."));
  const user = userEvent.setup();
  await agree(user);
  await user.click(screen.getByRole("button", { name: "Start" }));
  expect(await screen.findByRole("checkbox")).not.toBeChecked();
});
