//! An installation of the invented world in a folder of its own, and browsers that visit it: on SQLite, or with
//! `SUPERBILL_TEST_ENGINE=postgres` on the server of `SUPERBILL_TEST_POSTGRES`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use claim::ClientId;
use codes::Library;
use cycle::demo::Demo;
use cycle::office::Office;
use cycle::reader::Reader;
use server::app::Live;
use server::listen::Peer;
use server::{App, DemoLogins};
use store::{Actor, Db, Location, Scope, Sealer, StoreError, Tx};
use tower::ServiceExt;
use world::World;

pub const HOST: &str = "127.0.0.1:8080";
pub const PASSWORD: &str = "abcd-efgh-jkmn-pqrs-tuvw";

/// A served installation; its folder is gone with it.
pub struct Site {
    pub router: Router,
    /// What the router answers from; an import changes its library.
    pub live: Arc<Live>,
    pub db: Records,
    pub world: World,
    pub office: Office,
    folder: PathBuf,
    database: Option<Database>,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some(Database { server, name }) = &self.database {
            sql(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// The records, read and written apart from the test's runtime, which must not block.
pub struct Records(Db);

impl Records {
    pub fn read<T: Send, E: From<StoreError> + Send>(
        &self,
        actor: &Actor,
        scope: Scope,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        apart(|| self.0.read(actor, scope, f))
    }

    pub fn write<T: Send, E: From<StoreError> + Send>(
        &self,
        actor: &Actor,
        scope: Scope,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        apart(|| self.0.write(actor, scope, f))
    }
}

fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap()
}

/// A database of one site on a server.
struct Database {
    server: String,
    name: String,
}

impl Database {
    fn of(test: &str) -> Option<Self> {
        if std::env::var("SUPERBILL_TEST_ENGINE").as_deref() != Ok("postgres") {
            return None;
        }
        let server = std::env::var("SUPERBILL_TEST_POSTGRES").expect("the address of a PostgreSQL server");
        let name = format!("superbill_server_{test}_{}", std::process::id());
        sql(&server, &format!("CREATE DATABASE {name}"));
        Some(Self { server, name })
    }

    fn location(&self) -> Location {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        Location::Postgres(format!("{server}/{}", self.name))
    }
}

fn sql(server: &str, statement: &str) {
    apart(|| postgres::Client::connect(server, postgres::NoTls).unwrap().batch_execute(statement).unwrap());
}

impl Site {
    /// The world registered on its first day, without visits.
    pub fn new(test: &str) -> Self {
        Self::after(test, |_, _| {})
    }

    /// The world after something has happened in it.
    pub fn after(test: &str, happen: impl FnOnce(&Office, &World) + Send) -> Self {
        apart(|| Self::lived(test, happen))
    }

    fn lived(test: &str, happen: impl FnOnce(&Office, &World)) -> Self {
        let folder = std::env::temp_dir().join(format!("superbill_server_{test}_{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let database = Database::of(test);
        let location = database.as_ref().map_or_else(|| Location::Sqlite(folder.clone()), Database::location);
        let db = Db::open(&location, Sealer::with_key(&[7; 32])).unwrap();
        if database.is_some() {
            // Connections to a server must not be closed by the test's runtime: they end with the database.
            std::mem::forget(db.clone());
        }
        let world = World::new(1).unwrap();
        let library = Arc::new(Library::shipped());
        let office = Office::new(db.clone(), Arc::clone(&library), folder.join("exchange"))
            .with_reader(Reader::new(folder.join("reader")));
        // One hash for everybody: hashing is slow on purpose.
        let hash = server::password::hash(PASSWORD).unwrap();
        Demo::new(&office, &world).register(|_| hash.clone()).unwrap();
        happen(&office, &world);
        let logins = world.users.iter().map(|user| (user.login.clone(), PASSWORD.to_owned())).collect();
        let app = App::new(db.clone(), library).with_demo(DemoLogins(logins)).with_office(office.clone());
        let live = Live::new(app);
        let router = server::router(Arc::clone(&live));
        Self { router, live, db: Records(db), world, office, folder, database }
    }

    /// Where the program that reads documents is looked for.
    pub fn reader(&self) -> PathBuf {
        std::fs::create_dir_all(&self.folder).unwrap();
        self.folder.join("reader")
    }

    /// The client of a code.
    pub fn client(&self, code: &str) -> ClientId {
        self.world.clients.iter().find(|client| client.code == code).unwrap().id
    }

    /// Answers a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A browser in which somebody signed in with one click.
    pub async fn sign_in(&self, login: &str) -> Browser<'_> {
        let mut browser = Browser { site: self, cookie: String::new(), csrf: String::new() };
        let answer = browser.post_raw("/sign-in/persona", &[("login", login)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login}: {}", answer.body);
        browser.cookie = answer.cookie.unwrap();
        let home = browser.get("/").await;
        assert_eq!(home.status, StatusCode::OK, "{login}: {}", home.body);
        browser.csrf = home.field("csrf");
        browser
    }

    /// A browser nobody signed in with.
    pub fn stranger(&self) -> Browser<'_> {
        Browser { site: self, cookie: String::new(), csrf: String::new() }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookie: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answer {
    /// The value of the first hidden field of a name.
    pub fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {}", self.body)).1;
        rest.split('"').next().unwrap().to_owned()
    }

    /// The idempotency key of the form that is posted there.
    pub fn key_of(&self, action: &str) -> String {
        let form =
            self.body.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form {action}"));
        let start = "name=\"idempotency\" value=\"";
        form.split(start).nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// The first address in the page that begins so.
    pub fn link(&self, beginning: &str) -> String {
        let start = format!("href=\"{beginning}");
        let rest = self.body.split_once(&start).unwrap_or_else(|| panic!("no link {beginning} in {}", self.body)).1;
        format!("{beginning}{}", rest.split('"').next().unwrap()).replace("&amp;", "&").replace("&#38;", "&")
    }
}

/// Somebody's browser.
pub struct Browser<'a> {
    site: &'a Site,
    pub cookie: String,
    pub csrf: String,
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl Browser<'_> {
    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let builder = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .extension(Peer("127.0.0.1:50000".parse().unwrap()));
        if self.cookie.is_empty() { builder } else { builder.header(header::COOKIE, &self.cookie) }
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.site.send(request).await;
        let text = |name: header::HeaderName| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let cookie = Some(text(header::SET_COOKIE)).filter(|c| !c.is_empty());
        let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        let (status, location, headers) = (response.status(), text(header::LOCATION), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, location, cookie, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.answer(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as it is, from no page in particular.
    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_form("", path, fields).await
    }

    /// Sends the form of a page.
    pub async fn post_from(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> =
            [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.send_form(page, path, &fields).await
    }

    async fn send_form(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect();
        let request = self
            .request("POST", path)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::REFERER, if page.is_empty() { String::new() } else { format!("http://{HOST}{page}") })
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.answer(request).await
    }

    /// Sends a form with the token of the session.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> =
            [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_raw(path, &fields).await
    }

    /// Sends a form with a file, as browsers do.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        let line = "----superbillboundary";
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()) {
            let part = format!("--{line}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        if let Some((name, bytes)) = file {
            let head = format!(
                "--{line}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{line}--\r\n").into_bytes());
        let request = self
            .request("POST", path)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={line}"))
            .body(Body::from(body))
            .unwrap();
        self.answer(request).await
    }
}

/// The world lived to its last day.
pub fn lived(test: &str) -> Site {
    Site::after(test, |office, world| Demo::new(office, world).live(|_| {}).unwrap())
}

/// Every address of a page that begins so, in order.
pub fn links(body: &str, beginning: &str) -> Vec<String> {
    let start = format!("href=\"{beginning}");
    let mut found: Vec<String> = Vec::new();
    for rest in body.split(&start).skip(1) {
        let link =
            format!("{beginning}{}", rest.split('"').next().unwrap()).replace("&#38;", "&").replace("&amp;", "&");
        if !found.contains(&link) {
            found.push(link);
        }
    }
    found
}

/// The page at an address, which must be there.
pub async fn opens(browser: &Browser<'_>, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}
