//! Care management of a month, counted in minutes of the staff or of the clinician.

use super::{paper, phrase, time};
use crate::{
    Visit,
    document::Document,
    service::{Service, ServiceKind},
    table::{cell, table},
    units::timed_service_units,
};

/// The services of a log of care management; nothing where the paper is none, an empty list below the first threshold.
pub(super) fn read(document: &Document<'_>, visit: &Visit) -> Option<Vec<Service>> {
    let stands = |text: &str, group: &str| !phrase::stands(text, &group.split('|').collect::<Vec<_>>()).is_empty();
    let head = paper::head(&document.lower);
    let fits = |row: &&[&'static str]| {
        stands(head, cell(row, 0)) && (cell(row, 1).is_empty() || stands(&document.lower, cell(row, 1)))
    };
    let row = table!("care.tsv").find(fits)?;
    let (minutes, words) = time::of_month(document)?;
    let services = timed_service_units(cell(row, 2), minutes, visit.served_on).into_iter().map(|(code, units)| {
        let mut service = Service::new(code, ServiceKind::Counselling, "Care management", vec![words.clone()], 0)
            .ruled("PX-TIME", format!("{minutes} minutes in the month: {units} unit(s)."));
        service.units = units;
        service
    });
    Some(services.collect())
}
