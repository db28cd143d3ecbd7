// Enrolling and deleting a face.
import { baseApi } from "@/lib/base-api";
import type { ConsentText, ErasureReceipt, FaceEnrolment } from "@/lib/generated/protocol";

const enrolmentApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getConsent: build.query<ConsentText, void>({ query: () => "/consent", providesTags: ["Consent"] }),
    enrolFace: build.mutation<FaceEnrolment, { consentVersion: string; photos: Blob[] }>({
      query: ({ consentVersion, photos }) => {
        const body = new FormData();
        body.append("consent_version", consentVersion);
        photos.forEach((photo, index) => body.append("photo", photo, `photo-${index + 1}.jpg`));
        return { url: "/me/face", method: "PUT", body };
      },
      invalidatesTags: ["Me", "Consent"],
    }),
    setLearning: build.mutation<FaceEnrolment, boolean>({
      query: (agreed) => ({ url: "/me/face/learning", method: "PUT", body: { agreed } }),
      invalidatesTags: ["Me"],
    }),
    deleteFace: build.mutation<ErasureReceipt, void>({
      query: () => ({ url: "/me/face", method: "DELETE" }),
      invalidatesTags: ["Me"],
    }),
  }),
});

export const { useGetConsentQuery, useEnrolFaceMutation, useSetLearningMutation, useDeleteFaceMutation } = enrolmentApi;
