//! Two nodes on one PostgreSQL server, each with a data folder of its own: what one imports, the other answers with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use place::{Folder, PRACTICE};

/// A node looks every two seconds; a machine under load may need more.
const SEEN_WITHIN: Duration = Duration::from_secs(60);

/// A database of its own on the test server, gone at the end.
struct Server {
    url: String,
    at: String,
    name: String,
}

impl Server {
    fn new() -> Option<Self> {
        let Ok(at) = std::env::var("SUPERBILL_TEST_POSTGRES") else {
            eprintln!("SKIPPED on PostgreSQL: SUPERBILL_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("superbill_nodes_{}", std::process::id());
        let url = format!("{}/{name}", at.rsplit_once('/').unwrap().0);
        let server = Self { url, at, name };
        server.sql(&server.at, &format!("CREATE DATABASE {}", server.name));
        Some(server)
    }

    fn sql(&self, at: &str, text: &str) -> Vec<String> {
        let rows = postgres::Client::connect(at, postgres::NoTls).unwrap().simple_query(text).unwrap();
        let first = |row| match row {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        rows.into_iter().filter_map(first).collect()
    }

    /// The packs that the server keeps.
    fn packs(&self) -> Vec<String> {
        self.sql(&self.url, "SELECT system || '/' || file || ' ' || sha256 FROM library_pack ORDER BY system, file")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.sql(&self.at, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// The application of a node, stopped at the end.
struct Serving {
    child: Child,
    host: String,
    cookie: String,
}

impl Serving {
    fn start(node: &Folder, url: &str) -> Self {
        let mut command = node.command(&["serve", "--listen", "127.0.0.1:0", "--database", url]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let host =
            line.split("http://").nth(1).unwrap_or_else(|| panic!("{line}")).split('/').next().unwrap().to_owned();
        let mut serving = Self { child, host, cookie: String::new() };
        let answer = serving.ask("POST", "/sign-in", "login=ann&password=a+long+enough+sentence");
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        serving.cookie = cookie.unwrap_or_else(|| panic!("{answer}")).split(';').next().unwrap().to_owned();
        serving
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let Self { host, cookie, .. } = self;
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn page(&self, code: &str) -> String {
        self.ask("GET", &format!("/library/codes/{code}?on=2026-10-01"), "")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn order(title: &str) -> String {
    let line = |number, code, flag, title: &str| format!("{number} {code:<7} {flag} {title:<60} {title}\r\n");
    format!("{}{}", line("00001", "A00", "0", "Cholera"), line("00002", "A001", "1", title))
}

#[test]
fn what_one_node_imports_the_other_answers_with() {
    let Some(server) = Server::new() else { return };
    let (a, b) = (Folder::empty("node-a"), Folder::empty("node-b"));
    let on = |node: &Folder, status: i32, arguments: &[&str]| {
        node.run(status, &[arguments, &["--database", &server.url]].concat())
    };
    on(&a, 0, &PRACTICE);
    let password = a.write("password", "a long enough sentence\n");
    on(&a, 0, &["user", "add", "ann", "--name", "Ann Other", "--password-file", &password]);
    on(&a, 0, &["user", "grant", "ann", "NS", "coder"]);
    // Both nodes have the installation's key.
    std::fs::create_dir_all(b.key().parent().unwrap()).unwrap();
    std::fs::copy(a.key(), b.key()).unwrap();
    b.allow_key(0o600);

    let serving = Serving::start(&b, &server.url);
    assert!(!serving.page("A001").contains("Cholera of a new kind"));
    let file = a.write("icd10cm-order-2027.txt", order("Cholera of a new kind"));
    on(&a, 0, &["codes", "import", &file]);
    let started = Instant::now();
    while !serving.page("A001").contains("Cholera of a new kind") {
        assert!(started.elapsed() < SEEN_WITHIN, "the other node does not answer with the import");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(on(&b, 0, &["codes", "status"]).contains("imported, 2 rows"));

    // A refused file, and one damaged on its way, change nothing at either node.
    let kept = server.packs();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let damaged = order("Cholera of a third kind").replace("00002", "0000x");
    let bad = a.write("icd10cm-order-April-2027.txt", damaged);
    assert!(on(&a, 2, &["codes", "import", &bad]).contains("Nothing was imported"));
    let cut = a.write("icd10cm-2028.zip", b"PK\x03\x04 cut short");
    assert!(on(&a, 2, &["codes", "import", &cut]).contains("damaged zip"));
    assert_eq!(server.packs(), kept);
    assert!(serving.page("A001").contains("Cholera of a new kind"));

    // A pack that is damaged on the server is refused by a node that fetches it, which keeps what it has.
    let c = Folder::empty("node-c");
    std::fs::create_dir_all(c.key().parent().unwrap()).unwrap();
    std::fs::copy(a.key(), c.key()).unwrap();
    c.allow_key(0o600);
    server.sql(&server.url, "UPDATE library_pack SET bytes = bytes || '\\x00'::bytea");
    assert!(on(&c, 2, &["codes", "status"]).contains("damaged on the server"));
    assert!(serving.page("A001").contains("Cholera of a new kind"));
    assert!(on(&b, 0, &["codes", "show", "A001", "--dos", "2026-10-01"]).contains("Cholera of a new kind"));
}
