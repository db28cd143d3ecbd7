import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ImportBox } from "@/features/planogram/import-box";
import { PlanogramChanges } from "@/features/planogram/planogram-changes";
import type { FacingView, PlanogramImported } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { refusal, takes } from "@/testing/server";

const COLA: FacingView = { slot: "s1", sku: "cola", zone: "g1", x: 0.25, capacity: 12, version: null };
const CHANGES = [
  { slot: "s1", before: COLA, after: { ...COLA, sku: "soap", capacity: 8 } },
  { slot: "s2", before: null, after: { ...COLA, slot: "s2" } },
  { slot: "s3", before: { ...COLA, slot: "s3" }, after: null },
];
const nameOf = (sku: string) => sku.toUpperCase();

function open() {
  renderApp(<ImportBox nameOf={nameOf} />);
  return userEvent.setup();
}

const file = (text: string) => new File([text], "planogram.csv", { type: "text/csv" });

test("what a file would change is shown before it does", async () => {
  const sent: unknown[] = [];
  takes("post", "/admin/planogram/import", (body, address) => {
    sent.push([body, address.searchParams.get("dry_run")]);
    const dry_run = sent.length === 1;
    return Response.json({
      dry_run,
      changes: CHANGES,
      new_products: ["soap"],
      changed_products: [],
    } satisfies PlanogramImported);
  });
  const user = open();
  await user.upload(screen.getByLabelText("Choose a file"), file("slot,sku\ns1,soap\n"));
  const list = await screen.findByRole("list", { name: "What would change" });
  expect(screen.getByRole("status")).toHaveTextContent(
    "Nothing is done yet. This file would make: 1 slot added, 1 slot changed, 1 slot emptied, 1 product added.",
  );
  expect(within(list).getByText(/SOAP instead of COLA; capacity 12 → 8/)).toBeInTheDocument();
  expect(within(list).getByText(/Added: COLA/)).toBeInTheDocument();
  expect(within(list).getByText(/Emptied: COLA stood here/)).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Make it the planogram" }));
  expect(await screen.findByRole("list", { name: "What changed" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Make it the planogram" })).not.toBeInTheDocument();
  const text = "slot,sku\ns1,soap\n";
  expect(sent).toEqual([
    [text, "true"],
    [text, "false"],
  ]);
});

test("a file with mistakes names each by row and column, and cannot be taken in", async () => {
  const problems = [{ field: "row 2, x", detail: "“7” is not between 0 (left) and 1 (right)." }];
  const detail = "Nothing was changed: one thing in the file is wrong.";
  takes("post", "/admin/planogram/import", () => refusal(422, "invalid_input", detail, problems));
  const user = open();
  await user.upload(screen.getByLabelText("Choose a file"), file("slot,sku,x\ns1,cola,7\n"));
  expect(await screen.findByRole("alert")).toHaveTextContent(detail);
  const wrong = screen.getByRole("list", { name: "What is wrong" });
  expect(wrong).toHaveTextContent("row 2, x “7” is not between 0 (left) and 1 (right).");
  expect(screen.queryByRole("button", { name: "Make it the planogram" })).not.toBeInTheDocument();
});

test("a file that changes nothing says so", async () => {
  takes("post", "/admin/planogram/import", () =>
    Response.json({ dry_run: true, changes: [], new_products: [], changed_products: [] } satisfies PlanogramImported),
  );
  const user = open();
  await user.upload(screen.getByLabelText("Choose a file"), file("slot,sku\ns1,cola\n"));
  expect(await screen.findByRole("status")).toHaveTextContent("Nothing changes.");
  expect(screen.queryByRole("button", { name: "Make it the planogram" })).not.toBeInTheDocument();
});

test("the history says who changed what and how", () => {
  const change = { slot: "s1", before: COLA, after: { ...COLA, x: null } };
  const at = "2026-11-22T12:00:00Z";
  renderApp(
    <PlanogramChanges changes={[{ at, by: "Anna", means: "page", change, before_name: "COLA", after_name: "COLA" }]} />,
  );
  const row = screen.getByRole("row", { name: /Anna/ });
  expect(row).toHaveTextContent("COLA: across the picture 0.25 → not measured");
  expect(row).toHaveTextContent("On this page");
});
