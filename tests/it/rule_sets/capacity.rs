use serde_json::{Value, json};

use super::path;
use crate::world::World;

#[tokio::test]
async fn a_rule_set_costs_one_unit_to_write_and_one_to_read_before_a_write() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({"rules": Value::Null})).await;
    let recorder = world.faults.recorder();
    assert_eq!(recorder.capacity_of("PutItem").total, 1.0);
    recorder.clear();
    let operations = json!([{"op": "add", "path": "/is_active", "value": true}]);
    assert_eq!(
        world
            .rule_sets
            .patch(&path(&created))
            .json_patch(&operations)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        (
            recorder.capacity_of("GetItem").total,
            recorder.capacity_of("PutItem").total
        ),
        (1.0, 1.0)
    );
}
