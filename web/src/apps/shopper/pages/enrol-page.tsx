// Enrolling a face.
import { Link, useNavigate } from "react-router";
import { FaceEnrolling } from "@/features/enrolment/face-enrolling";

export function EnrolPage() {
  const navigate = useNavigate();
  return (
    <>
      <Link to="/enrol" className="back">
        ← Face or code
      </Link>
      <FaceEnrolling onDone={() => void navigate("/", { replace: true })} />
    </>
  );
}
