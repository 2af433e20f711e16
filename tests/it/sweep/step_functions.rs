//! An interpreter of Step Functions' language, as far as our state machine uses it.

use std::pin::Pin;

use serde_json::{Map, Value, json};

/// More states than any test needs. An endless definition ends here.
const MAX_STATES: usize = 500;

/// The name of the error that ended an execution.
pub(super) type Failed = String;

/// The execution that is interpreted.
pub(super) const EXECUTION: &str = "the-execution";

/// Calls the function with a payload, and returns its answer or the name of its error.
pub(super) trait Invoke {
    async fn invoke(&mut self, payload: Value) -> Result<Value, Failed>;

    /// The running executions, the newest first.
    fn running(&self) -> Vec<&str> {
        vec![EXECUTION]
    }
}

/// The step after a state.
enum Step {
    Next(String, Value),
    End(Value),
}

/// Runs a definition to its end.
pub(super) fn execute<'a, F: Invoke>(
    definition: &'a Value,
    input: Value,
    function: &'a mut F,
) -> Pin<Box<dyn Future<Output = Result<Value, Failed>> + 'a>> {
    Box::pin(async move {
        let mut name = definition["StartAt"].as_str().unwrap().to_owned();
        let mut data = input;
        for _ in 0..MAX_STATES {
            let state = &definition["States"][&name];
            match step(state, data, function).await? {
                Step::Next(next, output) => (name, data) = (next, output),
                Step::End(output) => return Ok(output),
            }
        }
        panic!("the execution does not end");
    })
}

async fn step<F: Invoke>(state: &Value, data: Value, function: &mut F) -> Result<Step, Failed> {
    match state["Type"].as_str().unwrap() {
        "Pass" => Ok(leave(state, pass(state, &data))),
        "Choice" => Ok(Step::Next(choose(state, &data), data)),
        "Fail" => Err(match state["ErrorPath"].as_str() {
            Some(path) => at(path, &data).unwrap().as_str().unwrap().to_owned(),
            None => state["Error"].as_str().unwrap().to_owned(),
        }),
        "Task" if is_list(state) => {
            let running = function.running().into_iter();
            let running: Vec<_> = running.map(|arn| json!({"ExecutionArn": arn})).collect();
            Ok(caught(state, data, Ok(json!({"Executions": running})))?)
        }
        "Task" => {
            let parameters = filled(&state["Parameters"], &data, &Value::Null);
            let answer = retried(state, function, &parameters["Payload"]).await;
            Ok(caught(
                state,
                data,
                answer.map(|payload| json!({"Payload": payload})),
            )?)
        }
        "Map" => {
            let reports = map(state, &data, function).await;
            Ok(caught(state, data, reports)?)
        }
        other => panic!("a state of an unknown type: {other}"),
    }
}

fn is_list(state: &Value) -> bool {
    let resource = state["Resource"].as_str().unwrap();
    resource == "${ListExecutions}"
}

fn pass(state: &Value, data: &Value) -> Value {
    let input = at(state["InputPath"].as_str().unwrap_or("$"), data).unwrap();
    let result = match (state.get("Result"), state.get("Parameters")) {
        (Some(result), _) => result.clone(),
        (None, Some(parameters)) => filled(parameters, data, &Value::Null),
        (None, None) => input,
    };
    placed(state, data.clone(), result)
}

async fn map<F: Invoke>(state: &Value, data: &Value, function: &mut F) -> Result<Value, Failed> {
    let items = at(state["ItemsPath"].as_str().unwrap(), data).unwrap();
    let mut outputs = Vec::new();
    for item in items.as_array().unwrap() {
        let input = filled(&state["ItemSelector"], data, item);
        outputs.push(execute(&state["ItemProcessor"], input, function).await?);
    }
    Ok(outputs.into())
}

/// Runs a Task, and repeats it by its first matching retrier.
async fn retried<F: Invoke>(
    state: &Value,
    function: &mut F,
    payload: &Value,
) -> Result<Value, Failed> {
    let mut attempts = 0;
    loop {
        let error = match function.invoke(payload.clone()).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let retrier = fitting(&state["Retry"], &error);
        let most = retrier.map_or(0, |retrier| retrier["MaxAttempts"].as_u64().unwrap());
        attempts += 1;
        if attempts > most {
            return Err(error);
        }
    }
}

fn caught(state: &Value, data: Value, answer: Result<Value, Failed>) -> Result<Step, Failed> {
    match answer {
        Ok(answer) => {
            let result = match state.get("ResultSelector") {
                Some(selector) => filled(selector, &answer, &Value::Null),
                None => answer,
            };
            let output = placed(state, data, result);
            Ok(leave(state, output))
        }
        Err(error) => {
            let catcher = fitting(&state["Catch"], &error).ok_or(error.clone())?;
            let told = json!({"Error": error, "Cause": "as planned"});
            let next = catcher["Next"].as_str().unwrap().to_owned();
            Ok(Step::Next(next, placed(catcher, data, told)))
        }
    }
}

fn fitting<'a>(handlers: &'a Value, error: &str) -> Option<&'a Value> {
    handlers.as_array()?.iter().find(|handler| {
        let names = handler["ErrorEquals"].as_array().unwrap();
        names
            .iter()
            .any(|name| name == error || name == "States.ALL")
    })
}

fn leave(state: &Value, data: Value) -> Step {
    let output = at(state["OutputPath"].as_str().unwrap_or("$"), &data).unwrap();
    match state["Next"].as_str() {
        Some(next) => Step::Next(next.to_owned(), output),
        None => {
            assert_eq!(state["End"], true);
            Step::End(output)
        }
    }
}

fn choose(state: &Value, data: &Value) -> String {
    let holds = |choice: &&Value| {
        let found = at(choice["Variable"].as_str().unwrap(), data);
        let expected = |name: &str| choice.get(name).map(|value| value.as_bool().unwrap());
        let is_present = expected("IsPresent").is_none_or(|yes| found.is_some() == yes);
        let value = found.unwrap_or_default();
        is_present
            && expected("IsNull").is_none_or(|yes| value.is_null() == yes)
            && choice["StringEqualsPath"]
                .as_str()
                .is_none_or(|path| at(path, data).unwrap() == value)
            && expected("BooleanEquals").is_none_or(|yes| value == yes)
    };
    let chosen = state["Choices"].as_array().unwrap().iter().find(holds);
    let next = chosen.map_or(&state["Default"], |choice| &choice["Next"]);
    next.as_str().unwrap().to_owned()
}

/// A payload template: members whose names end in `.$` are paths and functions.
fn filled(template: &Value, data: &Value, item: &Value) -> Value {
    match template {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match name.strip_suffix(".$") {
                Some(name) => (
                    name.to_owned(),
                    computed(value.as_str().unwrap(), data, item),
                ),
                None => (name.clone(), filled(value, data, item)),
            })
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn computed(text: &str, data: &Value, item: &Value) -> Value {
    match text {
        "$$.Map.Item.Value" => return item.clone(),
        "$$.Execution.Id" => return EXECUTION.into(),
        "$$.StateMachine.Id" => return "the-state-machine".into(),
        "States.StringToJson('null')" => return Value::Null,
        "$.Executions[-1:].ExecutionArn" => {
            let last = data["Executions"].as_array().unwrap().last();
            return last
                .map(|last| last["ExecutionArn"].clone())
                .into_iter()
                .collect();
        }
        _ => {}
    }
    let Some(arguments) = text.strip_prefix("States.MathAdd(") else {
        return at(text, data).unwrap_or_else(|| panic!("`{text}` leads nowhere in {data}"));
    };
    let arguments = arguments.strip_suffix(')').unwrap().split(", ");
    let numbers = arguments.map(|path| at(path, data).unwrap().as_u64().unwrap());
    numbers.sum::<u64>().into()
}

/// Returns the value at a path such as `$.a.b` or `$.a[0]`.
fn at(path: &str, data: &Value) -> Option<Value> {
    let names = path.strip_prefix('$').unwrap().split('.').skip(1);
    let found = names
        .into_iter()
        .try_fold(data, |value, name| match name.strip_suffix("[0]") {
            Some(list) => value.get(list)?.get(0),
            None => value.get(name),
        });
    found.cloned()
}

/// Returns the data with the result at `ResultPath`.
fn placed(state: &Value, mut data: Value, result: Value) -> Value {
    let Some(path) = state["ResultPath"].as_str() else {
        return result;
    };
    let names = path.strip_prefix("$.").unwrap().split('.');
    let place = names.fold(&mut data, |value, name| &mut value[name]);
    *place = result;
    data
}
