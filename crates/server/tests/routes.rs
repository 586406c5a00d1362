//! Every route of the table answers by its policy, and every answer carries what the guard promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use axum::http::StatusCode;
use server::route::{Policy, Route, Verb};
use server::table::ROUTES;
use site::{Browser, Site};
use store::Role;

/// An address of a route with something in every parameter.
fn address(route: &Route) -> String {
    let fill = |part: &str| match part {
        "{file}" => "superbill.css".to_owned(),
        "{list}" => "to-code".to_owned(),
        "{position}" => "0".to_owned(),
        "{number}" => "E999999".to_owned(),
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

async fn visit(browser: &Browser<'_>, route: &Route) -> site::Answer {
    match route.verb {
        Verb::Get => browser.get(&address(route)).await,
        Verb::Post => browser.post(&address(route), &[]).await,
    }
}

#[tokio::test]
async fn nobody_signed_in_gets_nothing_but_the_door() {
    let site = Site::new("door");
    let stranger = site.stranger();
    for route in ROUTES {
        let answer = visit(&stranger, route).await;
        match (&route.policy, route.verb) {
            (Policy::Public(_), _) => assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path),
            (_, Verb::Get) if !route.path.ends_with(".json") => {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", route.path);
                assert!(answer.location.starts_with("/sign-in?next=/"), "{}: {}", route.path, answer.location);
            }
            _ => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path),
        }
        assert!(!answer.body.contains("csrf"), "{}", route.path);
    }
}

#[tokio::test]
async fn every_role_gets_what_the_table_says_and_nothing_else() {
    let site = Site::new("roles");
    for (login, role) in [
        ("cedar.coder", Role::Coder),
        ("cedar.biller", Role::Biller),
        ("cedar.poster", Role::Poster),
        ("cedar.manager", Role::Manager),
        ("cedar.desk", Role::FrontDesk),
        ("cedar.provider", Role::Provider),
    ] {
        let browser = site.sign_in(login).await;
        for route in ROUTES.iter().filter(|route| route.path != "/sign-out") {
            let Policy::Roles(roles, _) = route.policy else { continue };
            let answer = visit(&browser, route).await;
            if roles.contains(&role) {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{login} {}: {}", route.path, answer.body);
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{login} {}", route.path);
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{login} {}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_the_session() {
    let site = Site::new("csrf");
    let browser = site.sign_in("larkspur.manager").await;
    let other = site.sign_in("cedar.coder").await;
    for route in ROUTES.iter().filter(|r| r.verb == Verb::Post && !matches!(r.policy, Policy::Public(_))) {
        for token in ["", "nonsense", other.csrf.as_str()] {
            let answer = browser.post_raw(&address(route), &[("csrf", token)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", route.path);
        }
    }
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_before_anything_else() {
    let site = Site::new("origin");
    for origin in [Some("http://evil.example"), None] {
        let mut request = axum::http::Request::builder().method("POST").uri("/sign-in").header("host", site::HOST);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = site.send(request.body(axum::body::Body::from("login=a&password=b")).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = Site::new("headers");
    let browser = site.sign_in("cedar.coder").await;
    for path in ["/", "/sign-in", "/nowhere", "/encounters/E999999", "/assets/superbill.js", "/remittances"] {
        let answer = browser.get(path).await;
        let header = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(header("content-security-policy").contains("script-src 'self'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        let is_asset = path.starts_with("/assets/");
        assert_eq!(header("cache-control").contains("no-store"), !is_asset, "{path}");
        assert_eq!(header("cache-control").contains("immutable"), is_asset, "{path}");
    }
}

#[tokio::test]
async fn the_table_names_each_route_once() {
    let mut names: Vec<_> = ROUTES.iter().map(|route| (route.path, route.verb == Verb::Post)).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    // Whatever changes something is a POST: a link, an image or a prefetch changes nothing.
    for word in ["send", "decisions", "finish", "switch", "payments", "refunds", "take", "correct", "post", "match"] {
        let is_get = |route: &&Route| route.verb == Verb::Get && route.path.split('/').skip(2).any(|part| part == word);
        assert!(ROUTES.iter().find(is_get).is_none(), "{word}");
    }
}
