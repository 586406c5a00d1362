//! Notes of FHIR resources: DocumentReference, DiagnosticReport and Composition, alone or in a bundle.

use fhir::{
    Attachment, Bundle, Composition, CompositionSection, DiagnosticReport, DocumentReference, FhirError, Reference,
    Resource,
};
use serde_json::Value;

use crate::{About, Kind, Read, ReadError, embedded, flow::Flow, html, limit::NOTES_MAX};

fn refused(error: &FhirError) -> ReadError {
    ReadError::new(Kind::Fhir, &*error.path, &*error.reason, "send the resource again as R4 has it")
}

/// Where references of a note are followed to.
struct Around<'a> {
    bundle: Option<&'a Bundle>,
    contained: &'a [Value],
}

/// Reads the notes of a resource or bundle.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Read>, ReadError> {
    let root = Resource::read(bytes).map_err(|e| refused(&e))?;
    let Resource::Bundle(bundle) = root else {
        return match note(&root, "", None)? {
            Some(note) => Ok(vec![note]),
            None => Err(nothing(root.kind())),
        };
    };
    let mut notes = Vec::new();
    for (n, entry) in bundle.entry.iter().enumerate() {
        let Some(value) = &entry.resource else { continue };
        let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        // Resources that carry no note are not typed, and so are not refused for what does not matter here.
        if !matches!(kind, "DocumentReference" | "DiagnosticReport" | "Composition") {
            continue;
        }
        let path = format!("entry[{n}].resource");
        let resource = Resource::from_value(value.clone(), &path).map_err(|e| refused(&e))?;
        // A report of numbers alone is no note.
        notes.extend(note(&resource, &path, Some(&bundle))?.filter(|note| !note.text.trim().is_empty()));
        if notes.len() > NOTES_MAX {
            return Err(ReadError::new(Kind::Fhir, path, "too many notes", "split the bundle"));
        }
    }
    if notes.is_empty() { Err(nothing("Bundle")) } else { Ok(notes) }
}

fn nothing(kind: &str) -> ReadError {
    ReadError::new(
        Kind::Fhir,
        "resource",
        format!("{kind} without a note"),
        "expected DocumentReference, Composition or DiagnosticReport with text",
    )
}

fn note(resource: &Resource, path: &str, bundle: Option<&Bundle>) -> Result<Option<Read>, ReadError> {
    let mut writer = Writer {
        flow: Flow::new(Kind::Fhir),
        around: Around { bundle, contained: &[] },
        path: if path.is_empty() { String::new() } else { format!("{path}.") },
        left_out: Vec::new(),
        hints: Vec::new(),
    };
    let about = match resource {
        Resource::DocumentReference(document) => {
            writer.around.contained = &document.contained;
            writer.document(document)?
        }
        Resource::DiagnosticReport(report) => {
            writer.around.contained = &report.contained;
            writer.report(report)?
        }
        Resource::Composition(composition) => writer.composition(composition)?,
        _ => return Ok(None),
    };
    let (text, map) = writer.flow.finish()?;
    let (hints, left_out) = (writer.hints, writer.left_out);
    Ok(Some(Read { kind: Kind::Fhir, text, map, about, hints, left_out }))
}

struct Writer<'a> {
    flow: Flow,
    around: Around<'a>,
    path: String,
    left_out: Vec<String>,
    hints: Vec<crate::Hint>,
}

impl Writer<'_> {
    fn document(&mut self, document: &DocumentReference) -> Result<About, ReadError> {
        if document.status.as_ref().is_some_and(|s| s.as_str() == "entered-in-error") {
            let place = format!("{}status", self.path);
            return Err(ReadError::new(Kind::Fhir, place, "entered-in-error", "its sender withdrew the document"));
        }
        // The same document may come in several forms: the first that can be read is it.
        let mut refusals = Vec::new();
        for (n, content) in document.content.iter().enumerate() {
            let Some(attachment) = &content.attachment else { continue };
            match self.attachment(attachment, &format!("content[{n}].attachment")) {
                Ok(()) => break,
                Err(error) => refusals.push(error),
            }
            if n + 1 == document.content.len() && !refusals.is_empty() {
                return Err(refusals.swap_remove(0));
            }
        }
        let context = document.context.as_ref();
        let mut about = self.about(document.subject.as_ref(), document.author.first());
        let started = context.and_then(|c| c.period.as_ref()).and_then(|p| p.start.as_ref()).and_then(|s| s.day());
        let encounter = context.and_then(|c| c.encounter.first());
        let written = document.date.as_ref().and_then(|d| d.day());
        about.served_on = started.or_else(|| self.around.started(encounter)).or(written);
        about.number = document.id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        Ok(about)
    }

    fn report(&mut self, report: &DiagnosticReport) -> Result<About, ReadError> {
        for (n, form) in report.presented_form.iter().enumerate() {
            self.attachment(form, &format!("presentedForm[{n}]"))?;
        }
        if let Some(conclusion) = &report.conclusion {
            self.flow.part(&format!("{}conclusion", self.path));
            self.flow.blank();
            for line in conclusion.lines() {
                self.flow.text(line, None)?;
                self.flow.line();
            }
        }
        let mut about = self.about(report.subject.as_ref(), report.performer.first());
        let effective = report.effective_date_time.as_ref().and_then(|d| d.day());
        about.served_on = effective.or_else(|| self.around.started(report.encounter.as_ref()));
        about.number = report.id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        Ok(about)
    }

    fn composition(&mut self, composition: &Composition) -> Result<About, ReadError> {
        for (n, section) in composition.section.iter().enumerate() {
            self.section(section, &format!("section[{n}]"))?;
        }
        let mut about = self.about(composition.subject.as_ref(), composition.author.first());
        let written = composition.date.as_ref().and_then(|d| d.day());
        about.served_on = self.around.started(composition.encounter.as_ref()).or(written);
        about.number = composition.id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        Ok(about)
    }

    fn section(&mut self, section: &CompositionSection, path: &str) -> Result<(), ReadError> {
        self.flow.part(&format!("{}{path}", self.path));
        self.flow.blank();
        if let Some(title) = &section.title {
            self.flow.text(title, None)?;
            self.flow.line();
        }
        if let Some(div) = section.text.as_ref().and_then(|text| text.div.as_ref()) {
            html::words(div, &mut self.flow, None)?;
        }
        for (n, inner) in section.section.iter().enumerate() {
            self.section(inner, &format!("{path}.section[{n}]"))?;
        }
        Ok(())
    }

    fn attachment(&mut self, attachment: &Attachment, path: &str) -> Result<(), ReadError> {
        let path = format!("{}{path}", self.path);
        let media_type = attachment.content_type.as_deref().unwrap_or_default();
        let refuse = |found: String, advice: &str| ReadError::new(Kind::Fhir, &*path, found, advice);
        let (bytes, media_type) = match (&attachment.data, &attachment.url) {
            (Some(data), _) => {
                let bytes = data.bytes().map_err(|e| refuse(e, "send the document again"))?;
                (bytes, media_type.to_owned())
            }
            (None, Some(url)) => match self.around.binary(url)? {
                Some((bytes, own_type)) => (bytes, own_type),
                None => {
                    let found = format!("a document elsewhere ({})", url.chars().take(60).collect::<String>());
                    return Err(refuse(found, "nothing is fetched: send its data along, or a Binary in the bundle"));
                }
            },
            (None, None) => return Err(refuse("neither data nor url".to_owned(), "expected one of the two")),
        };
        let note = embedded::read(&bytes, &media_type, 1)
            .map_err(|e| refuse(format!("{}, {}: {}", e.kind, e.place, e.found), &e.advice))?;
        self.flow.embed(&note, &path)?;
        self.left_out.extend(note.left_out);
        self.hints.extend(note.hints);
        Ok(())
    }

    fn about(&self, subject: Option<&Reference>, author: Option<&Reference>) -> About {
        let mut about = About::default();
        if let Some(Resource::Patient(patient)) = self.around.resource(subject) {
            about.patient_numbers.extend(patient.record_number().map(str::to_owned));
            let others = patient.identifier.iter().filter_map(|i| i.value.clone());
            let others: Vec<_> = others.filter(|n| Some(n) != about.patient_numbers.first()).collect();
            about.patient_numbers.extend(others);
            if let Some(name) = patient.legal_name() {
                about.family = name.family.clone().unwrap_or_default();
                about.given = name.given.first().cloned().unwrap_or_default();
            }
            about.born_on = patient.birth_date.as_ref().and_then(|d| d.day());
        } else if let Some(number) = subject.and_then(|s| s.identifier.as_ref()).and_then(|i| i.value.clone()) {
            about.patient_numbers.push(number);
        }
        if let Some(Resource::Practitioner(author)) = self.around.resource(author) {
            about.author_npi = author.npi().unwrap_or_default().to_owned();
        }
        about
    }
}

impl Around<'_> {
    /// The resource a reference points to, typed; one that is not there or not sound says nothing.
    fn resource(&self, reference: Option<&Reference>) -> Option<Resource> {
        let reference = reference?.reference.as_deref()?;
        Resource::from_value(self.value(reference)?.clone(), "").ok()
    }

    fn value(&self, reference: &str) -> Option<&Value> {
        match reference.strip_prefix('#') {
            Some(id) => self.contained.iter().find(|r| r.get("id").and_then(Value::as_str) == Some(id)),
            None => self.bundle?.find(reference),
        }
    }

    fn started(&self, encounter: Option<&Reference>) -> Option<jiff::civil::Date> {
        match self.resource(encounter)? {
            Resource::Encounter(encounter) => encounter.period.as_ref()?.start.as_ref()?.day(),
            _ => None,
        }
    }

    /// A document that stands in a Binary beside, and its media type.
    fn binary(&self, url: &str) -> Result<Option<(Vec<u8>, String)>, ReadError> {
        let Some(value) = self.value(url) else { return Ok(None) };
        let Resource::Binary(binary) = Resource::from_value(value.clone(), url).map_err(|e| refused(&e))? else {
            return Ok(None);
        };
        let Some(data) = &binary.data else { return Ok(None) };
        let bytes = data.bytes().map_err(|e| ReadError::new(Kind::Fhir, url, e, "send the document again"))?;
        Ok(Some((bytes, binary.content_type.clone().unwrap_or_default())))
    }
}
