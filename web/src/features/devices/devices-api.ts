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
  Page,
} from "@/lib/generated/protocol";
import { BY_CURSOR, itemsOf, pageOf, replaceItem, type Cursor, type Pages } from "@/lib/paging";
import { whileCached } from "@/lib/socket";

/** A device with what it last reported of itself, where it has since we look. */
export type KnownDevice = DeviceView & { status?: NodeStatus | null };

function putDevice(pages: Pages<KnownDevice>, device: DeviceView, status: NodeStatus | null, search?: string): void {
  const same = (one: KnownDevice) => one.id === device.id;
  const before = itemsOf(pages).find(same);
  const changed = { ...device, status: status ?? before?.status };
  const last = pages.pages.at(-1);
  // The newest stands at the end, which may not have been fetched yet.
  if (!replaceItem(pages, changed, same) && !search && last && last.next === null) last.items.push(changed);
}

const devicesApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getDevices: build.infiniteQuery<Page<KnownDevice>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/devices", queryArg, pageParam),
      providesTags: ["Devices"],
      onCacheEntryAdded: ({ search }, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "device")
            entry.updateCachedData((pages) => putDevice(pages, change.device, change.status, search));
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
  useGetDevicesInfiniteQuery,
  useInviteDeviceMutation,
  useRevokeDeviceMutation,
  useGetDeviceQuery,
  useJoinDeviceMutation,
} = devicesApi;
