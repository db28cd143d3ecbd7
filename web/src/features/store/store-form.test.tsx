// The owner's page of the store's settings.
import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import type { SaveStoreSettings, StoreSettingsView } from "@/lib/generated/protocol";
import { StoreForm } from "@/features/store/store-form";
import { renderApp } from "@/testing/render-app";
import { refusal, takes } from "@/testing/server";

function settings(changes: Partial<StoreSettingsView> = {}): StoreSettingsView {
  const day = [{ from: "00:00", to: "24:00" }];
  return {
    version: 3,
    name: "Corner",
    currency: "EUR",
    time_zone: "UTC",
    country: null,
    hours: { days: [day, day, day, day, day, day, []], day_ends: "03:00" },
    tax_rates: [
      { valid_from: null, standard_bp: 1900, reduced_bp: 700 },
      { valid_from: "2026-01-01", standard_bp: 2000, reduced_bp: 550 },
    ],
    today: "2026-06-01",
    ...changes,
  };
}

/** At once: typing among six hundred zones is slow in a test. */
const fill = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

test("the owner gives the store a zone, closes a day and adds rates", async () => {
  const user = userEvent.setup();
  let sent: SaveStoreSettings | null = null;
  takes("put", "/admin/store", (body) => {
    sent = body as SaveStoreSettings;
    return HttpResponse.json(settings({ version: 4, time_zone: "Europe/Berlin", country: "DE" }));
  });
  renderApp(<StoreForm settings={settings()} editable onLoadAgain={async () => undefined} />);
  fill(screen.getByLabelText("Time zone"), "Europe/Berlin");
  fill(screen.getByLabelText("Country"), "DE");
  await user.click(screen.getByLabelText("Remove Monday 00:00 to 00:00"));
  await user.click(screen.getByLabelText("Add hours on Sunday"));
  const taxes = within(screen.getByLabelText("Tax rates"));
  expect(taxes.queryByDisplayValue("20"), "what has been billed by is not edited").toBeNull();
  await user.click(taxes.getByText("Add rates"));
  expect(screen.getByText("Save")).toBeDisabled();
  fill(taxes.getByLabelText("Valid from"), "2026-07-01");
  fill(taxes.getByLabelText(/^Reduced/), "5,5");
  await user.click(screen.getByText("Save"));
  expect(await screen.findByText("Saved")).toBeInTheDocument();
  const day = [{ from: "00:00", to: "00:00" }];
  expect(sent).toEqual({
    version: 3,
    name: "Corner",
    time_zone: "Europe/Berlin",
    country: "DE",
    hours: { days: [[], day, day, day, day, day, [{ from: "09:00", to: "18:00" }]], day_ends: "03:00" },
    tax_rates: [
      { valid_from: null, standard_bp: 1900, reduced_bp: 700 },
      { valid_from: "2026-01-01", standard_bp: 2000, reduced_bp: 550 },
      { valid_from: "2026-07-01", standard_bp: 2000, reduced_bp: 550 },
    ],
  });
});

test("a stale save says what changed, and loading again shows it", async () => {
  const user = userEvent.setup();
  takes("put", "/admin/store", () =>
    refusal(409, "conflict", "The settings were changed meanwhile (name: Kiosk; Grace, 2026-06-01 10:00 UTC)."),
  );
  const fresh = settings({ version: 4, name: "Kiosk" });
  renderApp(<StoreForm settings={settings()} editable onLoadAgain={async () => fresh} />);
  fill(screen.getByLabelText("Name"), "Corner shop");
  await user.click(screen.getByText("Save"));
  expect(await screen.findByRole("alert")).toHaveTextContent("name: Kiosk; Grace");
  expect(screen.getByLabelText("Name")).toHaveValue("Corner shop");
  await user.click(screen.getByText("Load again"));
  expect(screen.getByLabelText("Name")).toHaveValue("Kiosk");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("staff read the settings and change nothing", () => {
  renderApp(<StoreForm settings={settings()} editable={false} onLoadAgain={async () => undefined} />);
  expect(screen.getByLabelText("Name")).toBeDisabled();
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText("Closed")).toBeInTheDocument();
});
