// The catalogue.
import { baseApi } from "@/lib/base-api";
import type { ProductView } from "@/lib/generated/protocol";

const productsApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getProducts: build.query<ProductView[], void>({ query: () => "/admin/products", providesTags: ["Products"] }),
    createProduct: build.mutation<ProductView, ProductView>({
      query: (body) => ({ url: "/admin/products", method: "POST", body }),
      invalidatesTags: ["Products"],
    }),
    // Also after a refusal: it may say that somebody else was faster.
    editProduct: build.mutation<ProductView, ProductView>({
      query: (body) => ({ url: `/admin/products/${encodeURIComponent(body.sku)}`, method: "PUT", body }),
      invalidatesTags: ["Products"],
    }),
  }),
});

export const { useGetProductsQuery, useCreateProductMutation, useEditProductMutation } = productsApi;
