//! Compiles the crate `web` for browsers: once with vectors that are exact everywhere, once with relaxed ones.

use crate::sources::workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of browsers.
const TARGET: &str = "wasm32-unknown-unknown";
/// The profile in the workspace's `Cargo.toml`.
const PROFILE: &str = "page";
/// The ways to a compiler for browsers.
const ADVICE: &str = "The page's module needs a compiler for wasm32-unknown-unknown. Two ways to one:\n\
    \x20 rustup target add wasm32-unknown-unknown\n\
    \x20 .ci/wasm-compiler FOLDER     (where rustup cannot: Debian's packages, unpacked), then RUSTC=FOLDER/rustc cargo run -p page\n\
    Without one, `cargo run -p page -- --keep-modules` builds the page anew around the modules that it has.";

/// The two modules.
pub struct Modules {
    /// With fused products in software: for every browser with vectors.
    pub exact: Vec<u8>,
    /// With relaxed products, which are used where they are fused.
    pub relaxed: Vec<u8>,
}

/// Compiles both, with the compiler that `$RUSTC` names, or the usual one.
///
/// # Errors
/// In words, with the ways to a compiler where there is none.
pub fn compile() -> Result<Modules, String> {
    let rustc = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let sysroot = output(Command::new(&rustc).args(["--print", "sysroot"]))?;
    if !has_library(Path::new(&sysroot)) {
        return Err(format!("{} has no standard library for {TARGET}.\n{ADVICE}", rustc.display()));
    }
    Ok(Modules { exact: build(&sysroot, &[])?, relaxed: build(&sysroot, &["--features", "relaxed"])? })
}

/// Whether a toolchain can compile for browsers.
fn has_library(sysroot: &Path) -> bool {
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    std::fs::read_dir(library).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
    })
}

/// Compiles one module, in which no path of this machine is left.
fn build(sysroot: &str, features: &[&str]) -> Result<Vec<u8>, String> {
    let workspace = std::fs::canonicalize(workspace()).map_err(|error| error.to_string())?;
    let target = workspace.join("target/page");
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=", workspace.display())];
    flags.push(format!("--remap-path-prefix={sysroot}/lib/rustlib/src/rust=rust"));
    if let Some(home) = &home {
        // The folder of a registry has the name of its address.
        for registry in std::fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten() {
            flags.push(format!("--remap-path-prefix={}=crates", registry.path().display()));
        }
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&workspace)
        .args([
            "rustc",
            "--locked",
            "--profile",
            PROFILE,
            "-p",
            "web",
            "--crate-type",
            "cdylib",
            "--target",
            TARGET,
        ])
        .arg("--target-dir")
        .arg(&target)
        .args(features)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    if !cargo.status().map_err(|error| format!("cargo cannot be started: {error}"))?.success() {
        return Err(format!("The module could not be compiled.\n{ADVICE}"));
    }
    let file = target.join(TARGET).join(PROFILE).join("web.wasm");
    let module = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    for place in [Some(workspace), home].into_iter().flatten() {
        let place = place.display().to_string();
        if module.windows(place.len()).any(|bytes| bytes == place.as_bytes()) {
            return Err(format!("the module contains the path {place} of this machine"));
        }
    }
    Ok(module)
}

/// What a program prints, without the end of its last line.
fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.output().map_err(|error| format!("{program} cannot be started: {error}\n{ADVICE}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
