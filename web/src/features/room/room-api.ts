// The room's plan, and who is where in it.
import { baseApi } from "@/lib/base-api";
import type { RoomView } from "@/lib/generated/protocol";
import { onPeople } from "@/lib/socket";
import { afterHearing, type PeopleSeen } from "@/features/room/people-seen";

const roomApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getRoom: build.query<RoomView, void>({
      query: () => "/admin/room",
      providesTags: ["Room"],
      onCacheEntryAdded: async (_none, entry) => {
        // No message says that a plan was saved, but those about people name its cameras. Asked once for each set of names.
        let asked = "";
        const stop = onPeople((people) => {
          const told = namesOf(people.cameras);
          const known = entry.getCacheEntry().data;
          if (!known || told === asked || told === namesOf(known.plan?.cameras ?? [])) return;
          asked = told;
          entry.dispatch(baseApi.util.invalidateTags(["Room"]));
        });
        await entry.cacheEntryRemoved;
        stop();
      },
    }),
    /** Nobody can be asked where people stand: it is only told, and forgotten when no page shows it. */
    getPeople: build.query<PeopleSeen | null, void>({
      queryFn: () => ({ data: null }),
      keepUnusedDataFor: 0,
      onCacheEntryAdded: async (_none, entry) => {
        const stop = onPeople((live) => entry.updateCachedData((known) => afterHearing(known, live, Date.now())));
        await entry.cacheEntryRemoved;
        stop();
      },
    }),
  }),
});

function namesOf(cameras: { name: string }[]): string {
  return cameras
    .map((camera) => camera.name)
    .toSorted()
    .join(" ");
}

export const { useGetRoomQuery, useGetPeopleQuery } = roomApi;
