//! Printed documents: statements and letters as PDF.
