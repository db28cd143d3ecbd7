import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { useGetShopperQuery } from "@/features/accounts/shopper-account-api";
import { FaceCard } from "@/features/enrolment/face-card";
import { saveText } from "@/lib/save-text";
import { renderApp } from "@/testing/render-app";
import { answers, takes } from "@/testing/server";

vi.mock("@/lib/save-text", () => ({ saveText: vi.fn<typeof saveText>() }));

const FACE = {
  templates: 3,
  consent_version: "v7",
  enrolled_at: "2026-11-22T12:00:00Z",
  expires_at: "2027-11-22T12:00:00Z",
  learns: false,
  from_visits: 0,
  way: "photographs" as const,
};
const RECEIPT = { statement: "face templates left: 0\n", signature: "ab", public_key: "cd" };

function Card() {
  const { data } = useGetShopperQuery();
  return data ? <FaceCard face={data.face} /> : null;
}

beforeEach(() => {
  let face: typeof FACE | null = FACE;
  answers("/me", () => ({ id: "s1", name: "Ada", email: "ada@example.org", face }));
  takes("delete", "/me/face", () => {
    face = null;
    return Response.json(RECEIPT);
  });
  takes("put", "/me/face/learning", (body) => {
    const { agreed } = body as { agreed: boolean };
    face = { ...FACE, learns: agreed };
    return Response.json(face);
  });
});

test("visits add templates only after the shopper switched it on", async () => {
  const user = userEvent.setup();
  renderApp(<Card />);
  const learning = await screen.findByRole("checkbox", { name: /Keep up with how I look/ });
  expect(learning).not.toBeChecked();
  await user.click(learning);
  expect(await screen.findByRole("checkbox", { checked: true })).toBeInTheDocument();
});

test("a deleted face leaves a signed receipt that can be kept", async () => {
  const user = userEvent.setup();
  renderApp(<Card />);
  await user.click(await screen.findByRole("button", { name: "Delete my face" }));
  await user.click(screen.getByRole("button", { name: "Yes, delete" }));
  expect(await screen.findByText("Your face is deleted.")).toBeInTheDocument();
  expect(screen.getByText(/We hold nothing of your face/)).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Keep the receipt" }));
  expect(saveText).toHaveBeenCalledOnce();
  const [name, text] = vi.mocked(saveText).mock.calls[0] ?? [];
  expect(name).toMatch(/\.json$/);
  expect(JSON.parse(text ?? "")).toEqual(RECEIPT);
});
