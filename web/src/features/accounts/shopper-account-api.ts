// A shopper's own account: signing up, logging in and out.
import { baseApi, forgetAll } from "@/lib/base-api";
import type { LogIn, ShopperLoggedIn, ShopperProfile, SignUp, StoreView } from "@/lib/generated/protocol";
import { showTimesOf } from "@/lib/time";

export const shopperAccountApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getStore: build.query<StoreView, void>({
      query: () => "/store",
      providesTags: ["Store"],
      transformResponse: (store: StoreView) => {
        showTimesOf(store.time_zone);
        return store;
      },
    }),
    getShopper: build.query<ShopperProfile, void>({ query: () => "/me", providesTags: ["Me"] }),
    signUp: build.mutation<ShopperLoggedIn, SignUp>({
      query: (body) => ({ url: "/shopper/sign-up", method: "POST", body }),
      onQueryStarted: async (_form, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => null);
        if (!answer) return;
        // Whatever the shopper before has left is forgotten; the profile needs no second question.
        dispatch(forgetAll());
        dispatch(shopperAccountApi.util.upsertQueryData("getShopper", undefined, answer.data.shopper));
      },
    }),
    logInShopper: build.mutation<ShopperLoggedIn, LogIn>({
      query: (body) => ({ url: "/shopper/login", method: "POST", body }),
      onQueryStarted: async (_form, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => null);
        if (!answer) return;
        // Whatever the shopper before has left is forgotten; the profile needs no second question.
        dispatch(forgetAll());
        dispatch(shopperAccountApi.util.upsertQueryData("getShopper", undefined, answer.data.shopper));
      },
    }),
    logOutShopper: build.mutation<null, void>({ query: () => ({ url: "/shopper/logout", method: "POST" }) }),
  }),
});

export const {
  useGetStoreQuery,
  useGetShopperQuery,
  useSignUpMutation,
  useLogInShopperMutation,
  useLogOutShopperMutation,
} = shopperAccountApi;
