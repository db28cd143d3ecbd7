// A slot in the planogram, and the same row while an owner edits it.
import { useState } from "react";
import { ConfirmButton } from "@/components/confirm-button";
import type { FacingView } from "@/lib/generated/protocol";
import { ProductChoice } from "@/features/planogram/product-choice";

type Props = { facing: FacingView; productName: string; busy: boolean; onEdit?: () => void; onClear?: () => void };

export function FacingRow({ facing, productName, busy, onEdit, onClear }: Props) {
  return (
    <tr>
      <td data-label="Slot" className="mono">
        {facing.slot}
      </td>
      <td data-label="Product">
        {productName} <span className="mono faint">{facing.sku}</span>
      </td>
      <td data-label="Zone" className="mono">
        {facing.zone}
      </td>
      <td data-label="Across the picture" className="end">
        {facing.x !== null && facing.x.toFixed(2)}
      </td>
      <td data-label="Capacity" className="end">
        {facing.capacity}
      </td>
      {onEdit && onClear && (
        <td>
          <div className="row-actions">
            <button
              type="button"
              className="button button-plain button-small"
              aria-label={`Edit ${facing.slot}`}
              onClick={onEdit}
            >
              Edit
            </button>
            <ConfirmButton small question="Empty this slot?" confirm="Yes" busy={busy} onConfirm={onClear}>
              Empty
            </ConfirmButton>
          </div>
        </td>
      )}
    </tr>
  );
}

type EditProps = {
  facing: FacingView;
  isNew?: boolean;
  busy: boolean;
  onSave: (facing: FacingView) => void;
  onCancel: () => void;
};

export function FacingEditRow({ facing, isNew = false, busy, onSave, onCancel }: EditProps) {
  const [draft, setDraft] = useState(facing);
  const set = (part: Partial<FacingView>) => setDraft({ ...draft, ...part });
  const complete =
    draft.slot.trim() !== "" && draft.sku.trim() !== "" && draft.zone.trim() !== "" && draft.capacity > 0;
  return (
    <tr className="edit-row">
      <td data-label="Slot" className="mono">
        {isNew ? (
          <input
            className="input input-small"
            aria-label="Slot"
            value={draft.slot}
            onChange={(e) => set({ slot: e.target.value })}
          />
        ) : (
          draft.slot
        )}
      </td>
      <td data-label="Product">
        <ProductChoice sku={draft.sku} onChoose={(sku) => set({ sku })} />
      </td>
      <td data-label="Zone">
        <input
          className="input input-small"
          aria-label="Zone"
          value={draft.zone}
          onChange={(e) => set({ zone: e.target.value })}
        />
      </td>
      <td data-label="Across the picture">
        <input
          className="input input-small"
          aria-label="Across the picture, 0 left to 1 right"
          type="number"
          min="0"
          max="1"
          step="0.01"
          value={draft.x ?? ""}
          onChange={(e) => set({ x: e.target.value === "" ? null : Number(e.target.value) })}
        />
      </td>
      <td data-label="Capacity">
        <input
          className="input input-small"
          aria-label="Capacity"
          type="number"
          min="1"
          value={draft.capacity || ""}
          onChange={(e) => set({ capacity: Number(e.target.value) })}
        />
      </td>
      <td>
        <div className="row-actions">
          <button
            type="button"
            className="button button-small"
            disabled={!complete || busy}
            onClick={() =>
              onSave({ ...draft, slot: draft.slot.trim(), sku: draft.sku.trim(), zone: draft.zone.trim() })
            }
          >
            Save
          </button>
          <button type="button" className="button button-plain button-small" onClick={onCancel}>
            Cancel
          </button>
        </div>
      </td>
    </tr>
  );
}
