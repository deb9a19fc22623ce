//! Migrations are part of the program: a new one makes a new build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
