//! The demo bar: moves the world on, with its payers and jobs.

use std::sync::Mutex;

use cycle::office::Arrival;
use store::Tx;

use crate::answer::{Fault, Outcome, go};
use crate::call::Call;
use crate::view::frame::Message;
use crate::words;
use crate::worklist::{CLAIMS, MONEY};

/// Days of a week.
const WEEK: i64 = 7;
/// Answers linked from the message; the lists have the rest.
const LINKS_MAX: usize = 8;

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
    let (today, links) = call.read(|tx| Ok((tx.today(), links(tx, call, &own)?)))?;
    let text = format!("It is {}. {}", words::long_day(today), told(&own));
    call.app.tell(&call.person.session.token_hash, Message { kind: "good".into(), text, links, ..Message::default() });
    Ok(go(&back))
}

/// What came in, to be opened: remittances as pages, other answers as files.
fn links(tx: &mut Tx<'_>, call: &Call<'_>, arrivals: &[&Arrival]) -> Result<Vec<(String, String)>, Fault> {
    let mut links = Vec::new();
    for (arrival, intake) in arrivals.iter().filter_map(|arrival| Some((arrival, arrival.outcome.as_ref().ok()?))) {
        if intake.remittances.is_empty() && call.has(CLAIMS) {
            links.push((format!("/documents/{}", intake.document), arrival.name.clone()));
        }
        for posted in intake.remittances.iter().filter(|_| call.has(MONEY)) {
            let record = store::remittance::get(tx, posted.id)?;
            let words = format!("{} of {} USD", record.trace_number, record.amount);
            links.push((format!("/remittances/{}", posted.id), words));
        }
    }
    links.truncate(LINKS_MAX);
    Ok(links)
}

/// What came in for the client, in words.
fn told(arrivals: &[&Arrival]) -> String {
    if arrivals.is_empty() {
        return "Nothing came in for this client.".to_owned();
    }
    let taken: Vec<_> = arrivals.iter().filter_map(|arrival| arrival.outcome.as_ref().ok()).collect();
    let sum = |of: &dyn Fn(&cycle::intake::Intake) -> usize| taken.iter().map(|intake| of(intake)).sum::<usize>();
    let refused = arrivals.len() - taken.len();
    let came = words::count(arrivals.len(), "answer came in", "answers came in");
    let mut parts: Vec<String> = Vec::new();
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
    if parts.is_empty() { format!("{came}:") } else { format!("{came} ({}):", parts.join(", ")) }
}
