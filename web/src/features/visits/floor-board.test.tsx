import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ActivityFeed } from "@/features/visits/activity-feed";
import { FloorBoard } from "@/features/visits/floor-board";
import { renderApp } from "@/testing/render-app";
import { sampleFloor, visitWith } from "@/testing/samples";

const anna = { shopper_id: "anna", shopper_name: "Anna", visit: visitWith(1), doubted_at: null };

test("only a visit that is in doubt raises an alarm, and the feed leads to it", () => {
  const text = "Is it Anna who walked in? Later pictures deny it. Please go and look";
  const at = "2026-11-22T12:00:05Z";
  const { unmount } = renderApp(<FloorBoard floor={{ ...sampleFloor({ visits: [anna] }), departures: [] }} />);
  expect(screen.queryByRole("alert")).toBeNull();
  unmount();

  const visits = [{ ...anna, doubted_at: at }];
  renderApp(
    <>
      <FloorBoard floor={{ ...sampleFloor({ visits }), departures: [] }} />
      <ActivityFeed activity={[{ seq: 1, at, kind: "identity_doubted", text, session_id: "visit-1" }]} />
    </>,
  );
  expect(screen.getByRole("alert")).toHaveTextContent("Is this really Anna?");
  expect(screen.getByRole("link", { name: text })).toHaveAttribute("href", "/visits/visit-1");
});
