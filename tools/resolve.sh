#!/bin/sh
# Do the pins install on each Python that pyproject.toml lists, on Linux, macOS and Windows? uv resolves them for a Python
# and a platform that are not here, from wheels alone. (pip's dry run for another version takes the environment markers
# of the Python that runs it.) Run by `make resolve`, in an environment with uv.
set -u
failed=0
for version in $(sed -n 's/.*"Programming Language :: Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml); do
    for platform in x86_64-manylinux_2_28 aarch64-apple-darwin x86_64-pc-windows-msvc; do
        if said=$("$1" pip compile --quiet --only-binary :all: --no-binary xentedu --no-header --no-annotate \
            --python-version "$version" --python-platform "$platform" requirements.txt 2>&1); then
            echo "Python $version, $platform: $(echo "$said" | grep -c ==) packages, $(echo "$said" | grep '^numpy==')"
        else
            failed=1
            echo "Python $version, $platform: no"
            echo "$said" | sed 's/^/    /'
        fi
    done
done
[ $failed = 0 ] || echo "make resolve: the pins do not install everywhere; the lines above say which, and why." >&2
exit $failed
