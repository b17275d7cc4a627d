"""What a capture device is, read from sysfs without opening it: where it is plugged in, what it says of itself.

Everything but the place is what the device tells: a device built for it can tell the same. The place cannot be told by a
device, only by who plugs it in.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import CameraMissing

SYSFS = Path("/sys")
_VIRTUAL_DRIVERS = frozenset(
    {"v4l2loopback", "v4l2 loopback", "vivid", "vimc", "vim2m", "akvcam", "webcamoid", "vcam", "dummy_hcd", "vhci_hcd"}
)
_VIRTUAL_NAMES = (
    "obs virtual",
    "obs-camera",
    "obs camera",
    "dummy video device",
    "loopback",
    "virtual camera",
    "virtual webcam",
    "virtual cam",
    "droidcam",
    "iriun",
    "manycam",
    "akvcam",
    "snap camera",
    "splitcam",
    "xsplit",
    "vivid",
    "vimc",
    "camera gadget",
    "uvc gadget",
)
# Vendors that the Linux gadget drivers give when nobody chose others: Linux Foundation, NetChip.
_GADGET_VENDORS = frozenset({"1d6b", "0525"})
# USB controllers that are software: the gadget's own loop, and USB over a network.
_SOFTWARE_CONTROLLERS = ("dummy_hcd", "vhci_hcd", "dummy_udc", "usbip")


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """A camera as its machine sees it; "" where a kind of device has no such thing."""

    bus: str
    """``usb``, ``platform``, ``pci``, ``virtual`` or ``other``"""
    path: str
    """where it is plugged in: controller, ports and interface, the same after each start"""
    vendor: str = ""
    product: str = ""
    serial: str = ""
    driver: str = ""
    name: str = ""
    descriptors: str = ""
    """SHA-256 of the USB descriptors, in hexadecimal"""
    virtual: str = ""
    """why it is no camera of its own (``loopback``, ``virtual_path``, ``virtual_driver``, ``virtual_name``,
    ``virtual_controller``, ``gadget``), "" when nothing says so"""


# What differs, in the order in which it is named; the code of each is a word of reports and records.
_DIFFERENCES = (
    ("other_port", ("bus", "path")),
    ("replaced", ("vendor", "product", "serial")),
    ("driver_changed", ("driver",)),
    ("name_changed", ("name",)),
    ("descriptors_changed", ("descriptors",)),
)


def differences(pinned: DeviceIdentity, found: DeviceIdentity) -> tuple[str, ...]:
    """Name what differs: ``camera_other_port``, ``camera_replaced``, ``camera_driver_changed`` ...; () when nothing does."""
    return tuple(
        f"camera_{code}"
        for code, fields in _DIFFERENCES
        if any(getattr(pinned, field) != getattr(found, field) for field in fields)
    )


def identify_device(path: Path, sysfs: Path = SYSFS) -> DeviceIdentity:
    """Give what a device node such as ``/dev/video0`` is; by its number, so that a copied node does not help.

    Raises ``CameraMissing``.
    """
    try:
        status = path.stat()
    except OSError:
        raise CameraMissing(f"there is no camera at '{path}'") from None
    if not stat.S_ISCHR(status.st_mode):
        raise CameraMissing(f"'{path}' is no camera")
    number = f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    return identify_node(sysfs / "dev" / "char" / number, sysfs)


def identify_node(node: Path, sysfs: Path = SYSFS) -> DeviceIdentity:
    """Give what stands behind a video node of sysfs (``/sys/class/video4linux/video0``). Raises ``CameraMissing``."""
    try:
        real = node.resolve(strict=True)
    except OSError:
        raise CameraMissing(f"the kernel knows no camera '{node.name}'") from None
    root = sysfs.resolve() / "devices"
    name = _text(real / "name")
    below = real.relative_to(root).parts if real.is_relative_to(root) else ()
    device = real / "device"
    if below[:1] == ("virtual",) or not device.exists():
        reason = "loopback" if _is_loopback(real) else "virtual_path"
        return DeviceIdentity("virtual", "/".join(below) or node.name, name=name, virtual=reason)
    device = device.resolve()
    driver = _link_name(device / "driver")
    usb = _climb(device, root, "idVendor")
    if usb is not None:
        return _usb(device, usb, root, name, driver, _text(real / "index"))
    pci = _climb(device, root, "subsystem_vendor")
    if pci is not None and _link_name(pci / "subsystem") in ("pci", ""):
        return DeviceIdentity(
            bus="pci",
            path=_place(pci.name, _text(real / "index")),
            vendor=_hex(pci / "vendor"),
            product=_hex(pci / "device"),
            serial=":".join(filter(None, (_hex(pci / "subsystem_vendor"), _hex(pci / "subsystem_device")))),
            driver=driver or _link_name(pci / "driver"),
            name=name,
            virtual=_virtual(driver, name, ""),
        )
    return _platform(device, root, name, driver, _text(real / "index"))


def identify_sensor(place: str, sysfs: Path = SYSFS) -> DeviceIdentity:
    """Give what a sensor on the board is by its path in the device tree, as libcamera names it. Raises ``CameraMissing``."""
    for node in sorted((sysfs / "bus" / "i2c" / "devices").glob("*/of_node")):
        if str(node.resolve()).endswith(f"/devicetree/base{place}"):
            compatible = _text(node / "compatible").replace("\0", ",").strip(",")
            vendor, _, product = compatible.partition(",")
            name, driver = _text(node.parent / "name"), _link_name(node.parent / "driver")
            return DeviceIdentity(
                "platform", place, vendor, product, "", driver, name, virtual=_virtual(driver, name, "")
            )
    raise CameraMissing(f"there is no sensor '{place}' on this board")


def _usb(device: Path, usb: Path, root: Path, name: str, driver: str, index: str) -> DeviceIdentity:
    """Describe a USB camera; the place is written as V4L2 writes it, with interface and node of the camera."""
    bus, _, ports = usb.name.partition("-")
    hub = next((parent for parent in usb.parents if parent.name == f"usb{bus}"), None)
    controller = hub.parent.name if hub is not None and hub.parent != root else ""
    interface = device.name.rpartition(":")[2] if ":" in device.name else ""
    try:
        descriptors = hashlib.sha256((usb / "descriptors").read_bytes()).hexdigest()
    except OSError:
        descriptors = ""
    vendor = _text(usb / "idVendor").lower()
    reason = _virtual(driver, name, vendor)
    if any(controller.startswith(word) for word in _SOFTWARE_CONTROLLERS):
        reason = "virtual_controller"
    return DeviceIdentity(
        bus="usb",
        path=_place("-".join(filter(None, ("usb", controller, ports))) + (f":{interface}" if interface else ""), index),
        vendor=vendor,
        product=_text(usb / "idProduct").lower(),
        serial=_text(usb / "serial"),
        driver=driver,
        name=name,
        descriptors=descriptors,
        virtual=reason,
    )


def _platform(device: Path, root: Path, name: str, driver: str, index: str) -> DeviceIdentity:
    """Describe a camera on the board (CSI): its place in the device tree, and what it is said to be compatible with."""
    place = "/".join(device.relative_to(root).parts) if device.is_relative_to(root) else device.name
    compatible = _text(device / "of_node" / "compatible").replace("\0", ",").strip(",")
    reason = _virtual(driver, name, "")
    if not reason and any(word in place for word in ("v4l2loopback", "vivid", "vimc")):
        reason = "virtual_path"
    bus = "platform" if place.startswith(("platform/", "soc")) or compatible else "other"
    return DeviceIdentity(
        bus=bus,
        path=_place(place, index),
        vendor=compatible.partition(",")[0],
        product=compatible.partition(",")[2],
        driver=driver,
        name=name,
        virtual=reason,
    )


def _virtual(driver: str, name: str, vendor: str) -> str:
    if driver.lower() in _VIRTUAL_DRIVERS:
        return "virtual_driver"
    if any(word in name.lower() for word in _VIRTUAL_NAMES):
        return "virtual_name"
    return "gadget" if vendor in _GADGET_VENDORS else ""


def _is_loopback(node: Path) -> bool:
    """Tell v4l2loopback by the attributes that only it has, whatever name it was given."""
    return any((node / attribute).exists() for attribute in ("max_openers", "timeout_image_io", "buffers"))


def _climb(device: Path, root: Path, attribute: str) -> Path | None:
    """Give the nearest device upwards that has an attribute, None when there is none."""
    for place in (device, *device.parents):
        if place == root or not place.is_relative_to(root):
            return None
        if (place / attribute).is_file():
            return place
    return None


def _place(path: str, index: str) -> str:
    return f"{path}#{index}" if index not in ("", "0") else path


def _hex(path: Path) -> str:
    return _text(path).removeprefix("0x").lower()


def _link_name(path: Path) -> str:
    return path.resolve().name if path.exists() else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip().strip("\0")
    except OSError:
        return ""
