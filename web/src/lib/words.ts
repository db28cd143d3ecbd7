// The store's words for what the wire names.
import type {
  BasisName,
  DeviceRole,
  DeviceState,
  DisputeReason,
  DisputeState,
  GateWayName,
  InteractionName,
  ReviewReason,
  SeenBy,
  SensorKindName,
  TaxClassName,
  VisitState,
} from "@/lib/generated/protocol";

export const DISPUTE_REASONS: Record<DisputeReason, string> = {
  not_taken: "I did not take it",
  put_back: "I put it back",
  wrong_quantity: "The quantity is wrong",
  wrong_product: "It is another product",
  wrong_price: "The price is wrong",
  other: "Something else",
};

export const DISPUTE_STATES: Record<DisputeState, { word: string; pill: string }> = {
  open: { word: "Dispute open", pill: "pill-wait" },
  accepted: { word: "Dispute accepted", pill: "pill-good" },
  rejected: { word: "Dispute rejected", pill: "pill-bad" },
};

export const REVIEW_REASONS: Record<ReviewReason, string> = {
  nobody_seen: "Nobody was seen at the shelf",
  unsure: "Several people could have done it",
  nobody_holds_it: "It came back, but nobody holds it",
  no_price: "The product has no price",
  too_late: "It was reported too late to tell who stood there",
  unknown_slot: "No product is planned for this slot",
  too_many: "More units at once than a hand takes",
  identity_doubted: "It may be somebody else who was let in",
  time_unsure: "It is not known well enough when it happened",
  seen_later: "A sighting that came late speaks against what was decided",
};

export const BASES: Record<BasisName, string> = {
  seen_at_shelf: "Seen at the shelf at that moment",
  hand_seen: "A hand that room cameras followed was at the slot",
  alone_in_store: "Nobody else was in the store",
  whereabouts: "Nobody else can have been there",
  staff: "Decided by staff",
  shopper: "The shopper said so",
  seen_later: "A sighting that came late speaks for somebody else",
  none: "Nothing spoke for anybody",
};

export const SENSORS: Record<SensorKindName, { word: string; unit: string }> = {
  distance: { word: "Distance sensor", unit: "mm" },
  load_cell: { word: "Load cell", unit: "g" },
  beam: { word: "Light beam", unit: "1 = covered" },
};

export const SEEN_BY: Record<SeenBy, string> = { face: "by face", code: "by QR code", staff: "by staff" };
export const VISIT_STATES: Record<VisitState, string> = {
  open: "In the store",
  settling: "Settling",
  settled: "Settled",
};
export const DEVICE_ROLES: Record<DeviceRole, string> = {
  entry: "Entry kiosk",
  exit: "Exit kiosk",
  shelf_camera: "Shelf camera",
  shelf_node: "Shelf node",
  program: "Program (Kairos API)",
};
export const DEVICE_STATES: Record<DeviceState, string> = { invited: "Invited", joined: "Joined", revoked: "Revoked" };
export const GATES: Record<GateWayName, string> = { entry: "Entry", exit: "Exit", both: "Door" };
export const TAX_CLASSES: Record<TaxClassName, string> = { standard: "Standard", reduced: "Reduced", zero: "No tax" };

/** What happened, such as `took 2 × Oat milk`. */
export function didWhat(kind: InteractionName, quantity: number, name: string): string {
  const units = quantity === 1 ? name : `${quantity} × ${name}`;
  return kind === "pick" ? `took ${units}` : `put back ${units}`;
}

/** Initials for a round sign; at most two. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [words[0], last]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
