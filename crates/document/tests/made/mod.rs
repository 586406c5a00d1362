//! Files made for the tests.

#![allow(dead_code, reason = "each test file uses some")]

use std::io::{Cursor, Write};

use lopdf::{Document, Object, Stream, dictionary};

/// A zip archive of members.
pub fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
                    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";

/// A Word document of a body and headers.
pub fn docx(body: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document {WORD}><w:body>{body}</w:body></w:document>");
    let headers: Vec<(&str, String)> = headers
        .iter()
        .map(|(name, text)| (*name, format!("<w:hdr {WORD}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>")))
        .collect();
    let mut members = vec![("word/document.xml", document.as_bytes())];
    members.extend(headers.iter().map(|(name, text)| (*name, text.as_bytes())));
    zip_of(&members)
}

/// A PDF of pages with this content, in Helvetica.
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|content| {
            let content = document.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
            document.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content }).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
    };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A C-CDA of sections.
pub fn cda(sections: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id root=\"1.2\" extension=\"D77\"/>\
         <title>Progress note</title><recordTarget><patientRole><id root=\"1.2.3\" extension=\"4711\"/><patient><name>\
         <given>Della</given><given>R</given><family>Quist</family></name><birthTime value=\"19610405\"/></patient>\
         </patientRole></recordTarget><author><assignedAuthor><id root=\"2.16.840.1.113883.4.6\" extension=\"1234567893\"/>\
         </assignedAuthor></author><componentOf><encompassingEncounter><effectiveTime><low value=\"202603010930-0500\"/>\
         </effectiveTime></encompassingEncounter></componentOf><component><structuredBody><component>{sections}\
         </component></structuredBody></component></ClinicalDocument>"
    )
    .into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    fhir::Base64::of(bytes).as_str().to_owned()
}

/// A document message with a line of text and an attachment.
pub fn mdm(line: &str, attachment: &[u8]) -> String {
    format!(
        "MSH|^~\\&|EHR|CLINIC|||20260302||MDM^T02|M1|P|2.5.1\rPID|1||4711^^^CLINIC^MR||Quist^Della^R||19610405|F\r\
         TXA|1|PN|TX|20260301|||||1234567893^Arden^Ruth^^^^^^NPI^^^^NPI|||D77|||||AU\rOBX|1|TX|N||{line}||||||F\r\
         OBX|2|ED|N||^AP^PDF^Base64^{}||||||F\r",
        base64(attachment)
    )
}

/// A bundle of a patient and a document.
pub fn fhir_bundle(media_type: &str, document: &[u8]) -> String {
    serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "fullUrl": "urn:uuid:p", "resource": {
            "resourceType": "Patient", "id": "p", "birthDate": "1961-04-05",
            "identifier": [{ "type": { "coding": [{ "code": "MR" }] }, "value": "4711" }],
            "name": [{ "family": "Quist", "given": ["Della"] }]
        }},
        { "resource": {
            "resourceType": "DocumentReference", "id": "d", "status": "current",
            "subject": { "reference": "urn:uuid:p" }, "date": "2026-03-02T10:00:00Z",
            "content": [{ "attachment": { "contentType": media_type, "data": base64(document) } }],
            "context": { "period": { "start": "2026-03-01T09:30:00Z" } }
        }}
    ]})
    .to_string()
}
