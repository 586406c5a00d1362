//! Messages read and written: delimiters, escapes, batches, frames, views, notes, damage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use hl7::{Builder, Event, Hl7Error, Message, event, mllp, note_text, split};
use jiff::civil::{DateTime, date, datetime};
use proptest::prelude::*;

const AT: DateTime = datetime(2026, 3, 2, 9, 30, 0, 0);

const MDM: &str = "MSH|^~\\&|EHR|CLINIC|SUPERBILL||20260302093000||MDM^T02|M1|P|2.5.1\r\
    EVN|T02|20260302093000\r\
    PID|1||4711^^^CLINIC^MR~999^^^STATE^SS||Quist^Della^R^JR||19610405|F|||12 Elm St^^Dover^DE^19901\r\
    PV1|1|O|ROOM 3||||1234567893^Arden^Ruth^^^^^^NPI&2.16^^^^NPI\r\
    TXA|1|PN|TX|20260301|1234567893^Arden^Ruth||||1234567893^Arden^Ruth|||D77|||||AU\r\
    OBX|1|TX|11506-3^Note^LN||Assessment:~Strep throat\\T\\fever \\X26\\ cough||||||F\r\
    OBX|2|FT|11506-3^Note^LN||Plan:\\.br\\amoxicillin 500 mg \\H\\twice\\N\\ daily||||||F\r\
    OBX|3|ED|11506-3^Note^LN||^TEXT^Plain^Base64^Rm9sbG93IHVw||||||F\r";

fn read(text: &str) -> Message<'_> {
    Message::read(text.as_bytes(), 0).unwrap()
}

#[test]
fn a_document_is_seen_by_name_number_and_day() {
    let Event::Mdm(mdm) = event(&read(MDM)).unwrap() else { panic!("an MDM") };
    let name = mdm.patient.name();
    assert_eq!((&*name.family, &*name.given, &*name.middle, &*name.suffix), ("Quist", "Della", "R", "JR"));
    let ids = mdm.patient.ids();
    assert_eq!((&*ids[0].number, &*ids[0].authority, &*ids[0].kind), ("4711", "CLINIC", "MR"));
    assert_eq!((ids.len(), &*ids[1].kind), (2, "SS"));
    assert_eq!(mdm.patient.born_on().unwrap(), Some(date(1961, 4, 5)));
    assert_eq!(mdm.patient.address().zip, "19901");
    assert_eq!(mdm.document.activity_at().unwrap().unwrap().date(), date(2026, 3, 1));
    assert_eq!((&*mdm.document.number(), &*mdm.document.completion()), ("D77", "AU"));
    let author = &mdm.visit.unwrap().attending_ids()[0];
    assert_eq!((&*author.number, &*author.authority, &*author.kind), ("1234567893", "NPI", "NPI"));
    assert_eq!(mdm.observations.len(), 3);
}

#[test]
fn every_word_of_a_note_points_into_the_message() {
    let note = note_text(&read(MDM)).unwrap();
    assert_eq!(note.text, "Assessment:\nStrep throat&fever & cough\nPlan:\namoxicillin 500 mg twice daily\n");
    for word in ["Assessment:", "Strep throat", "cough", "amoxicillin 500 mg", "twice"] {
        let at = note.text.find(word).unwrap();
        let run = note.runs.iter().find(|r| r.text.contains(&at)).unwrap();
        assert_eq!(run.text.len(), run.original.len(), "{word}");
        let start = run.original.start + at - run.text.start;
        assert_eq!(&MDM[start..start + word.len()], word);
    }
    let escaped = note.runs.iter().find(|r| &note.text[r.text.clone()] == "&").unwrap();
    assert_eq!(&MDM[escaped.original.clone()], "\\T\\");
    assert_eq!(note.attachments[0].bytes, b"Follow up");
    assert_eq!(note.attachments[0].kind, ["TEXT", "Plain"]);
}

#[test]
fn measurements_read_as_lines() {
    let oru = "MSH|^~\\&|LAB|||||| ORU^R01|2|P|2.3\rOBR|1|||GLU\rOBX|1|NM|GLU^Glucose||110|mg/dL|70-99|H\r\
               OBX|2|SN|TROP^Troponin||<^0.01|ng/mL\rOBX|3|CWE|COLOR^Color||YEL^yellow\r";
    let note = note_text(&read(oru)).unwrap();
    assert_eq!(note.text, "Glucose: 110 mg/dL H\nTroponin: <0.01 ng/mL\nColor: yellow\n");
}

#[test]
fn a_message_names_its_own_delimiters() {
    let message = read("MSH#*!?%#A#B\rPID#1##7*2!8%9###x?S?y\r");
    let pid = message.segment("PID").unwrap();
    assert_eq!(pid.field(3).component(2).text(), "2");
    let second = pid.field(3).repetitions().nth(1).unwrap();
    assert_eq!(second.component(1).subcomponent(2).text(), "9");
    assert_eq!(pid.field(6).text(), "x*y");
    assert_eq!(message.segment("MSH").unwrap().field(1).text(), "#");
    assert_eq!(message.segment("MSH").unwrap().field(3).text(), "A");
}

fn refusal(text: &str) -> Hl7Error {
    Message::read(text.as_bytes(), 0).and_then(|m| event(&m).map(|_| ())).unwrap_err()
}

#[test]
fn a_defect_is_named_with_its_place() {
    let error = refusal("MSH|^~\\&|A\rPID|1\nsecond line of a note");
    assert_eq!((error.offset, &*error.place), (17, "segment 3"));
    assert!(error.to_string().contains("\\.br\\"), "{error}");
    assert_eq!(refusal("PID|1").place, "segment 1");
    assert_eq!(refusal("MSHX").place, "MSH-1");
    assert_eq!(refusal("MSH|^^\\&|").place, "MSH-1");
    assert_eq!(refusal("MSH|^~\\&|A").place, "MSH-9");
    let error = refusal("MSH|^~\\&|||||||MDM^T02|1|P|2.5\rPID|1\r");
    assert!(error.to_string().ends_with("expected a segment TXA"), "{error}");
    let error = refusal("MSH|^~\\&|||||||ORU^R01|1|P|2.5\rOBX|1\r");
    assert_eq!((error.offset, &*error.place), (31, "segment 2"));
    assert_eq!(refusal("MSH|^~\\&|||||||ADT^A04|1|P|2.5||||||UNICODE UTF-16\r").place, "MSH-18");

    let adt = read("MSH|^~\\&|||||||ADT^A04|1|P|2.5\rPID|1||||||19611332\r");
    let Event::Adt(adt) = event(&adt).unwrap() else { panic!("an ADT") };
    let error = adt.patient.born_on().unwrap_err();
    assert_eq!(
        error.to_string(),
        "byte 42, PID-7: found \u{201c}19611332\u{201d}; expected a day or time as YYYYMMDDHHMM"
    );
}

#[test]
fn bytes_are_the_characters_of_their_set() {
    let latin = b"MSH|^~\\&|||||||ADT^A04|1|P|2.5||||||8859/1\rPID|1||||Mu\xF1oz^Jos\xE9\r";
    let message = Message::read(latin, 0).unwrap();
    assert_eq!(message.segment("PID").unwrap().field(5).component(1).text(), "Mu\u{f1}oz");
    let declared = b"MSH|^~\\&|||||||ADT^A04|1|P|2.5||||||UNICODE UTF-8\rPID|1||||Mu\xF1oz\r";
    assert_eq!(declared[Message::read(declared, 0).unwrap_err().offset], 0xF1);
    let report = b"MSH|^~\\&|||||||ORU^R01|1|P|2.5||||||8859/1\rOBR|1\rOBX|1|TX|N||caf\xE9 au lait\r";
    let note = note_text(&Message::read(report, 0).unwrap()).unwrap();
    let last = note.runs.last().unwrap();
    assert_eq!(&note.text[last.text.clone()], " au lait");
    assert_eq!(&report[last.original.clone()], b" au lait");
}

#[test]
fn files_of_messages_are_taken_apart_and_counted() {
    let one = "MSH|^~\\&|||||||ACK|1\rMSA|AA|1\r";
    let file = format!("FHS|^~\\&\rBHS|^~\\&\r{one}{one}BTS|2\rFTS|1\r");
    let messages = split(file.as_bytes()).unwrap();
    assert_eq!(messages.len(), 2);
    for (offset, bytes) in messages {
        assert_eq!(&file.as_bytes()[offset..offset + bytes.len()], bytes);
        assert!(Message::read(bytes, offset).is_ok());
    }
    let wrong = split(file.replace("BTS|2", "BTS|3").as_bytes()).unwrap_err();
    assert_eq!((&*wrong.place, &*wrong.expected), ("BTS-1", "2, the messages of the batch"));
    assert_eq!(split(b"hello").unwrap_err().place, "file");
    let framed = [mllp::frame(one.as_bytes()), mllp::frame(one.as_bytes())].concat();
    assert_eq!(split(&framed).unwrap().len(), 2);
}

#[test]
fn blocks_are_taken_from_a_stream_as_they_become_whole() {
    let block = mllp::frame(b"MSH|one");
    let mut received = Vec::new();
    for byte in &block[..block.len() - 1] {
        received.push(*byte);
        assert_eq!(mllp::take(&mut received), Ok(None));
    }
    received.extend_from_slice(b"\r\x0BMSH|tw");
    assert_eq!(mllp::take(&mut received), Ok(Some(b"MSH|one".to_vec())));
    assert_eq!(mllp::take(&mut received), Ok(None));
    received.extend_from_slice(b"o\x1C\r");
    assert_eq!(mllp::take(&mut received), Ok(Some(b"MSH|two".to_vec())));
    assert_eq!(mllp::take(&mut b"GET /".to_vec()), Err(mllp::MllpError::Outside(b'G')));
    let mut endless = vec![0x0B];
    endless.resize(mllp::BLOCK_BYTES_MAX + 2, b'x');
    assert_eq!(mllp::take(&mut endless), Err(mllp::MllpError::TooLong));
}

#[test]
fn an_answer_goes_back_to_its_sender() {
    let message = read(MDM);
    let taken = hl7::acknowledge(&message, "A1", AT, None);
    let taken = Message::read(&taken, 0).unwrap();
    let Event::Ack(ack) = event(&taken).unwrap() else { panic!("an ACK") };
    assert_eq!((&*ack.code(), &*ack.control(), &*ack.header.trigger()), ("AA", "M1", "T02"));
    let header = taken.segment("MSH").unwrap();
    assert_eq!(
        (&*header.field(3).text(), &*header.field(5).text(), &*header.field(6).text()),
        ("SUPERBILL", "EHR", "CLINIC")
    );
    let error = message.segment("PID").unwrap().refuse(7, "a day");
    let refused = hl7::acknowledge(&message, "A2", AT, Some(&error));
    let refused = Message::read(&refused, 0).unwrap();
    assert_eq!(refused.segment("MSA").unwrap().field(1).text(), "AE");
    assert_eq!(refused.segment("ERR").unwrap().field(8).text(), error.to_string());
}

#[test]
fn charges_coverages_and_appointments_are_seen() {
    let dft = read(
        "MSH|^~\\&|||||||DFT^P03|1|P|2.5\rPID|1||7\rFT1|1|||20260301||CG|V1|||2|250.00||||||||E11.9^Diabetes^I10~I10^^I10|\
         1234567893^Arden^Ruth^^^^^^NPI^^^^NPI|||||99213^^C4|25~GT\rDG1|1||E11.9^^I10|||F\rIN1|1|PPO|9^^^X|Acme||||G7||||20260101|\
         |||Quist^Al|SPO\r",
    );
    let Event::Dft(dft) = event(&dft).unwrap() else { panic!("a DFT") };
    let charge = dft.transactions[0];
    assert_eq!(charge.served_on().unwrap(), Some(date(2026, 3, 1)));
    assert_eq!((&*charge.procedure().code, &*charge.units(), &*charge.amount()), ("99213", "2", "250.00"));
    assert_eq!(charge.modifiers().iter().map(|m| &*m.code).collect::<Vec<_>>(), ["25", "GT"]);
    assert_eq!(charge.diagnoses().len(), 2);
    assert_eq!(&*dft.diagnoses[0].code().system, "I10");
    assert_eq!((&*dft.insurances[0].company(), &*dft.insurances[0].insured().family), ("Acme", "Quist"));
    let siu = read("MSH|^~\\&|||||||SIU^S12|1|P|2.5\rSCH|P1|F1|||||CHECK^check up||||^^^20260310100000\r");
    let Event::Siu(siu) = event(&siu).unwrap() else { panic!("an SIU") };
    assert_eq!(siu.appointment.starts_at().unwrap(), Some(datetime(2026, 3, 10, 10, 0, 0, 0)));
}

#[test]
fn a_hospital_s_messages_are_all_read() {
    let shared = std::env::var_os("SUPERBILL_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let Ok(packed) = std::fs::read(shared.join("data/samples/hl7v2_simhospital_messages.out.zst")) else {
        println!("SKIPPED: no shared sample messages");
        return;
    };
    let bytes = zstd::decode_all(packed.as_slice()).unwrap();
    let (mut documents, mut reports, mut people) = (0, 0, 0);
    for (offset, bytes) in split(&bytes).unwrap() {
        let message = Message::read(bytes, offset).unwrap();
        match event(&message).unwrap() {
            Event::Mdm(mdm) => {
                documents += 1;
                assert!(!note_text(&message).unwrap().text.is_empty());
                assert!(mdm.patient.born_on().unwrap().is_some());
            }
            Event::Oru(oru) => reports += usize::from(!oru.orders.is_empty()),
            Event::Adt(adt) => people += usize::from(!adt.patient.name().family.is_empty()),
            _ => {}
        }
    }
    assert_eq!((documents, reports, people), (2, 610, 401));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(fields in proptest::collection::vec("\\PC*|[|^~\\\\&\\r\\n]*", 1..6)) {
        let mut builder = Builder::new(["ADT", "A08"], "7", AT);
        let pid = builder.segment(*b"PID");
        for (n, field) in fields.iter().enumerate() {
            pid.set(n + 1, &["c1", field]);
        }
        let bytes = builder.bytes();
        let message = Message::read(&bytes, 0).unwrap();
        prop_assert_eq!(message.segments().len(), 2);
        let pid = message.segment("PID").unwrap();
        for (n, field) in fields.iter().enumerate() {
            let meant = field.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(pid.field(n + 1).component(2).text(), meant);
        }
    }

    #[test]
    fn nothing_read_makes_it_panic(cut in 0..MDM.len(), at in 0..MDM.len(), byte in any::<u8>()) {
        let mut bytes = MDM.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.truncate(cut);
        for (offset, bytes) in split(&bytes).unwrap_or_default() {
            let Ok(message) = Message::read(bytes, offset) else { continue };
            let _ = event(&message);
            if let Ok(note) = note_text(&message) {
                for run in &note.runs {
                    prop_assert!(note.text.get(run.text.clone()).is_some());
                    prop_assert!(run.original.end <= MDM.len());
                }
            }
        }
    }
}

#[test]
fn every_truncation_is_read_or_refused() {
    for cut in 0..MDM.len() {
        for (offset, bytes) in split(&MDM.as_bytes()[..cut]).unwrap_or_default() {
            if let Ok(message) = Message::read(bytes, offset) {
                let _ = (event(&message), note_text(&message));
            }
        }
    }
}
