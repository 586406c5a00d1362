//! Every finding of a note, whatever the visit was for.

use codes::Library;

use crate::{
    Visit,
    diagnose::{Diagnoses, Standing, all},
    document::Document,
    guideline, standing,
};

/// The conditions that the note affirms anywhere, each once.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, library: &Library) -> Diagnoses {
    let icd = library.icd10cm(visit.served_on);
    let (mut problems, mut rejected) = all(document, visit, library);
    for problem in &mut problems {
        problem.standing = problem.standing.max(Standing::Prose);
        problem.prompt = None;
    }
    standing::merge(&mut problems);
    guideline::less_specific(&icd, &mut problems, &mut rejected);
    Diagnoses { problems, rejected, prompts: Vec::new(), drugs: Vec::new() }
}
