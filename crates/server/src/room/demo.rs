//! The demo bar: moves the world on, with its payers and jobs.

use std::sync::Mutex;

use cycle::office::Arrival;

use crate::answer::{Fault, Outcome};
use crate::call::Call;
use crate::words;

/// Days of a week.
const WEEK: i64 = 7;

/// `POST /demo/advance`: by a day, a week, or to the next answer of a payer.
pub fn advance(call: &Call<'_>) -> Outcome {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let office = call.app.office.as_ref().filter(|_| call.app.demo.is_some()).ok_or(Fault::NotFound)?;
    let by = call.asked.form.text("by").to_owned();
    // The key is taken before the world moves: a form sent twice moves it once.
    let taken = call.once(|_| Ok(()))?;
    let back = call.asked.back();
    if taken.is_repeat {
        return call.done_once(&back, &taken, "");
    }
    let _one = ONE_AT_A_TIME.lock().map_err(|_| Fault::Broken("the demo stopped while moving".into()))?;
    let arrivals = match by.as_str() {
        "day" => office.advance(1),
        "week" => office.advance(WEEK),
        "answer" => office.advance_to_answer(),
        _ => return Err(Fault::refused("The demo moves by a day, a week, or to the next answer.")),
    };
    let arrivals = arrivals.map_err(|e| Fault::Broken(e.to_string()))?;
    let own: Vec<&Arrival> = arrivals.iter().filter(|arrival| arrival.client == call.person.client.id).collect();
    let today = call.read(|tx| Ok(tx.today()))?;
    call.done(&back, format!("It is {}. {}", words::long_day(today), told(&own)))
}

/// What came in for the client, in words.
fn told(arrivals: &[&Arrival]) -> String {
    if arrivals.is_empty() {
        return "Nothing came in for this client.".to_owned();
    }
    let taken: Vec<_> = arrivals.iter().filter_map(|arrival| arrival.outcome.as_ref().ok()).collect();
    let sum = |of: &dyn Fn(&cycle::intake::Intake) -> usize| taken.iter().map(|intake| of(intake)).sum::<usize>();
    let refused = arrivals.len() - taken.len();
    let mut parts = vec![words::count(arrivals.len(), "file came in", "files came in")];
    let remittances = sum(&|intake| intake.remittances.iter().filter(|r| r.is_new).count());
    let denials = sum(&|intake| intake.remittances.iter().map(|r| r.denials).sum());
    for (count, one, many) in [
        (sum(&|intake| intake.accepted), "claim accepted", "claims accepted"),
        (sum(&|intake| intake.rejected), "claim refused", "claims refused"),
        (remittances, "remittance", "remittances"),
        (denials, "denial", "denials"),
        (refused, "file not taken", "files not taken"),
    ] {
        if count > 0 {
            parts.push(words::count(count, one, many));
        }
    }
    format!("{}.", parts.join(", "))
}
