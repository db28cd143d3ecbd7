import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { DeviceTable } from "@/features/devices/device-table";
import type { KnownDevice } from "@/features/devices/devices-api";
import type { CameraStatus } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";

const camera = (part: Partial<CameraStatus>): CameraStatus => ({
  name: "aisle-1",
  condition: "well",
  came_per_s: 5,
  looked_at_per_s: 4.8,
  delay_ms: 210,
  size: [640, 360],
  refused: null,
  ...part,
});

function show(cameras?: CameraStatus[]) {
  const device: KnownDevice = {
    id: "018f0000-0000-7000-8000-000000000000",
    name: "Shelf A",
    role: "shelf_node",
    zone: "a",
    state: "joined",
    last_seen_at: null,
    online: true,
    status: { spooled: 0, faulty_slots: [], lost: 0, cameras },
  };
  renderApp(<DeviceTable devices={[device]} editable={false} />);
}

test("a camera that is well says how often it is looked at, and how late", () => {
  show([camera({}), camera({ name: "door", delay_ms: null })]);
  expect(screen.getByText("Camera aisle-1: 4.8 of 5.0 pictures a second, 210 ms")).toBeVisible();
  expect(screen.getByText("Camera door: 4.8 of 5.0 pictures a second")).toBeVisible();
});

test("what is wrong with a camera is named, and why the server does not use it", () => {
  show([camera({ condition: "covered" }), camera({ name: "door", refused: "The room has no such camera." })]);
  expect(screen.getByText("Camera aisle-1: covered or out of focus")).toBeVisible();
  expect(screen.getByText("Camera door is not used: The room has no such camera.")).toBeVisible();
  expect(screen.queryByText(/Camera aisle-1: 4.8/)).toBeNull();
});

test("a node that knows of no cameras is shown as before", () => {
  show();
  expect(screen.getByText("Shelf A")).toBeVisible();
  expect(screen.queryByText(/Camera/)).toBeNull();
});
