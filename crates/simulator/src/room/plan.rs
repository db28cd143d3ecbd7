//! The room's plan as the server tells it, in the domain's words.

use domain::ids::ZoneId;
use domain::room::{GateWay, Gondola, NoRoom, RoomCamera, RoomGate, RoomPlan};
use protocol::room::{GateWayName, GondolaView, RoomCameraView, RoomGateView, RoomPlanView};

/// The plan that the server tells.
///
/// # Errors
///
/// Where it is none in which people can be followed.
pub fn of_view(view: &RoomPlanView) -> Result<RoomPlan, NoRoom> {
    let plan = RoomPlan {
        cameras: view.cameras.iter().map(camera).collect(),
        gates: view.gates.iter().map(gate).collect(),
        gondolas: view.gondolas.iter().map(gondola).collect(),
    };
    plan.check()?;
    Ok(plan)
}

fn camera(view: &RoomCameraView) -> RoomCamera {
    RoomCamera {
        name: view.name.clone(),
        rotation: view.rotation,
        centre_m: view.centre_m,
        focal_px: view.focal_px,
        k1: view.k1,
        principal_px: view.principal_px,
        size_px: view.size_px,
    }
}

fn gate(view: &RoomGateView) -> RoomGate {
    let way = match view.way {
        GateWayName::Entry => GateWay::Entry,
        GateWayName::Exit => GateWay::Exit,
        GateWayName::Both => GateWay::Both,
    };
    RoomGate { centre_m: view.centre_m, radius_m: view.radius_m, way }
}

fn gondola(view: &GondolaView) -> Gondola {
    let zone = ZoneId(view.zone.clone());
    Gondola { zone, from_m: view.from_m, to_m: view.to_m, height_m: view.height_m }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::stage;

    #[test]
    fn a_plan_that_was_told_is_the_plan_and_one_without_a_way_in_is_refused() {
        // Both are written alike on the wire.
        let told = serde_json::to_value(stage::plan()).unwrap();
        let mut view: RoomPlanView = serde_json::from_value(told).unwrap();
        assert_eq!(of_view(&view), Ok(stage::plan()));
        view.gates.retain(|gate| gate.way == GateWayName::Exit);
        assert_eq!(of_view(&view), Err(NoRoom::NoWayIn));
    }
}
