#!/bin/sh
# Copies into ./root what Node needs without a distribution: its binary, the libraries that it loads, and the few files
# that their functions read. Run by the Dockerfile, on the target's architecture.
set -eu

node=$(readlink -f "$(command -v node)")
mkdir -p root/nodejs/bin root/etc root/var/lib/dpkg/status.d
cp "$node" root/nodejs/bin/node

# ldd prints `name => path (address)` for a library and `path (address)` for the loader.
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "root$(dirname "$library")"
  cp -L "$library" "root$library"
done

# Names of the cluster are looked up with DNS after the hosts file, and the unprivileged user has a name.
echo 'hosts: files dns' >root/etc/nsswitch.conf
echo 'nonroot:x:65532:65532:nonroot:/nonexistent:/nonexistent' >root/etc/passwd
echo 'nonroot:x:65532:' >root/etc/group

# So that scanners know the versions of the libraries, and for their licences.
cp -L /etc/os-release root/etc/os-release
for package in libc6 libgcc-s1 libstdc++6; do
  dpkg-query --status "$package" >"root/var/lib/dpkg/status.d/$package"
  mkdir -p "root/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "root/usr/share/doc/$package/copyright"
done
license=$(dirname "$node")/../LICENSE
if [ -f "$license" ]; then cp "$license" root/nodejs/LICENSE; fi
