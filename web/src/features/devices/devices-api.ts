// Devices: inviting and revoking them as an owner, joining as one of them.
import { baseApi } from "@/lib/base-api";
import type {
  AdminLive,
  DeviceInvitation,
  DeviceJoined,
  DeviceView,
  JoinDevice,
  NewDevice,
  NodeStatus,
} from "@/lib/generated/protocol";
import { whileCached } from "@/lib/socket";

/** A device with what it last reported of itself, where it has since we look. */
export type KnownDevice = DeviceView & { status?: NodeStatus | null };

function putDevice(devices: KnownDevice[], device: DeviceView, status: NodeStatus | null): void {
  const index = devices.findIndex((one) => one.id === device.id);
  if (index >= 0) devices[index] = { ...device, status: status ?? devices[index]?.status };
  else devices.push({ ...device, status });
}

const devicesApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getDevices: build.query<KnownDevice[], void>({
      query: () => "/admin/devices",
      providesTags: ["Devices"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "device")
            entry.updateCachedData((devices) => putDevice(devices, change.device, change.status));
        }),
    }),
    inviteDevice: build.mutation<DeviceInvitation, NewDevice>({
      query: (body) => ({ url: "/admin/devices", method: "POST", body }),
      invalidatesTags: ["Devices"],
    }),
    revokeDevice: build.mutation<null, string>({
      query: (id) => ({ url: `/admin/devices/${id}/revoke`, method: "POST" }),
      invalidatesTags: ["Devices"],
    }),
    getDevice: build.query<DeviceJoined, void>({ query: () => "/device/me", providesTags: ["Me"] }),
    joinDevice: build.mutation<DeviceJoined, JoinDevice>({
      query: (body) => ({ url: "/device/join", method: "POST", body }),
      onQueryStarted: async (_code, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => null);
        if (answer) dispatch(devicesApi.util.upsertQueryData("getDevice", undefined, answer.data));
      },
    }),
  }),
});

export const {
  useGetDevicesQuery,
  useInviteDeviceMutation,
  useRevokeDeviceMutation,
  useGetDeviceQuery,
  useJoinDeviceMutation,
} = devicesApi;
