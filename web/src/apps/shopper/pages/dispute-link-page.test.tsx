import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { DisputeLinkPage } from "@/apps/shopper/pages/dispute-link-page";
import type { DisputeView, NewDisputeByLink } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { sampleOrder } from "@/testing/samples";
import { refusal, takes } from "@/testing/server";

function openLink(token: string) {
  history.replaceState(null, "", `/shop/dispute${token && `#${token}`}`);
  return renderApp(<DisputeLinkPage />);
}

const DISPUTE: DisputeView = {
  id: "dispute-1",
  order_id: "order-1",
  order_number: "2026-000042",
  shopper_name: "Anna",
  state: "open",
  lines: [{ sku: "milk", quantity: 1, reason: "put_back" }],
  message: "",
  opened_at: "2026-11-22T13:00:00Z",
  decided_at: null,
  answer: null,
  refund_minor: 0,
  currency: "EUR",
};

test("the token leaves the address bar at once and opens the receipt", async () => {
  takes("post", "/dispute-link", (body) =>
    Response.json(sampleOrder({ shopper_name: `Anna (${(body as { token: string }).token})` })),
  );
  openLink("tok.en_1");
  expect(location.hash).toBe("");
  expect(await screen.findByText(/Hello Anna \(tok\.en_1\)/)).toBeInTheDocument();
  expect(screen.getByRole("article", { name: "Receipt 2026-000042" })).toBeInTheDocument();
});

test("a dispute is sent with what was chosen, and its state is shown", async () => {
  let order = sampleOrder();
  let sent: NewDisputeByLink | null = null;
  takes("post", "/dispute-link", () => Response.json(order));
  takes("post", "/dispute-link/disputes", (body) => {
    sent = body as NewDisputeByLink;
    order = sampleOrder({ disputes: [DISPUTE] });
    return Response.json(DISPUTE, { status: 201 });
  });
  const user = userEvent.setup();
  openLink("good");
  await user.click(await screen.findByRole("checkbox", { name: /Oat milk/ }));
  await user.selectOptions(screen.getByRole("combobox", { name: "Units of Oat milk" }), "1");
  await user.selectOptions(screen.getByRole("combobox", { name: "Reason for Oat milk" }), "I put it back");
  await user.type(screen.getByRole("textbox", { name: "Message" }), "One went back.");
  await user.click(screen.getByRole("button", { name: "Send dispute" }));

  expect(await screen.findByText("Dispute open")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Send dispute" })).not.toBeInTheDocument();
  expect(sent).toEqual({
    token: "good",
    dispute: { lines: [{ sku: "milk", quantity: 1, reason: "put_back" }], message: "One went back." },
  });
});

test("without a chosen item nothing is sent", async () => {
  takes("post", "/dispute-link", () => Response.json(sampleOrder()));
  const user = userEvent.setup();
  openLink("good");
  await user.click(await screen.findByRole("button", { name: "Send dispute" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Choose at least one item");
});

test.each([
  [410, "expired", "This link has expired"],
  [400, "invalid_link", "This link is not valid"],
  [409, "already_used", "This link was used before"],
] as const)("%i %s says: %s", async (status, code, words) => {
  takes("post", "/dispute-link", () => refusal(status, code, "no"));
  openLink("bad");
  expect(await screen.findByRole("heading", { name: words })).toBeInTheDocument();
});

test("a link that was used in the meantime says so instead of offering the form again", async () => {
  takes("post", "/dispute-link", () => Response.json(sampleOrder()));
  takes("post", "/dispute-link/disputes", () => refusal(409, "already_used", "This link was used before."));
  const user = userEvent.setup();
  openLink("good");
  await user.click(await screen.findByRole("checkbox", { name: /Soap/ }));
  await user.click(screen.getByRole("button", { name: "Send dispute" }));
  expect(await screen.findByText("This link was used before.")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Send dispute" })).not.toBeInTheDocument();
});

test("loading the page again keeps the token; a link without one says so", async () => {
  openLink("");
  expect(screen.getByRole("heading", { name: "This link is not complete" })).toBeInTheDocument();
  sessionStorage.setItem("smartmart.dispute-token", "kept");
  takes("post", "/dispute-link", () => Response.json(sampleOrder()));
  openLink("");
  expect(await screen.findByText(/Hello Anna/)).toBeInTheDocument();
});
