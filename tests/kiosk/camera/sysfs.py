"""Trees as the kernel shows them in sysfs, for cameras that this machine does not have."""

from __future__ import annotations

from pathlib import Path

DESCRIPTORS = bytes.fromhex("12010002ef0201406d042508190103020001") + bytes(range(200))


def write(folder: Path, **texts: str) -> Path:
    """Make a folder with a file for each attribute."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text + "\n")
    return folder


def link(place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def node(sysfs: Path, device: Path | None, number: int, name: str, index: int = 0) -> Path:
    """Make the video node of a device (None: a virtual one) and its place in the class; gives the latter."""
    parent = device if device is not None else sysfs / "devices" / "virtual"
    real = write(parent / "video4linux" / f"video{number}", name=name, index=str(index), dev=f"81:{number}")
    if device is not None:
        (real / "device").symlink_to(device)
    entry = sysfs / "class" / "video4linux" / f"video{number}"
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.symlink_to(real)
    return entry


def usb_camera(
    sysfs: Path,
    *,
    number: int = 0,
    controller: str = "pci0000:00/0000:00:14.0",
    port: str = "1-4",
    vendor: str = "046d",
    product: str = "0825",
    serial: str = "5CD9A1B0",
    name: str = "UVC Camera (046d:0825)",
    driver: str = "uvcvideo",
    interface: str = "1.0",
    descriptors: bytes = DESCRIPTORS,
) -> Path:
    """Plug a USB camera in; gives its node in the class."""
    hub = sysfs / "devices" / controller / f"usb{port.partition('-')[0]}"
    write(hub, idVendor="1d6b", idProduct="0002", serial="0000:00:14.0")
    device = write(hub / port, idVendor=vendor, idProduct=product, speed="480", bcdDevice="0010")
    if serial:
        write(device, serial=serial)
    (device / "descriptors").write_bytes(descriptors)
    function = write(device / f"{port}:{interface}", bInterfaceClass="0e", bInterfaceNumber="00")
    link(function / "driver", sysfs / "bus" / "usb" / "drivers" / driver)
    (device / "driver").symlink_to(sysfs / "bus" / "usb" / "drivers")
    return node(sysfs, function, number, name)


def loopback(sysfs: Path, *, number: int = 9, name: str = "OBS Virtual Camera") -> Path:
    """Load v4l2loopback; its card label is whatever its user chose."""
    entry = node(sysfs, None, number, name)
    write(entry.resolve(), max_openers="10", buffers="2", format="", state="capture")
    return entry


def csi_camera(sysfs: Path, *, number: int = 0, driver: str = "unicam", name: str = "unicam-image") -> Path:
    """Connect a camera to the board's CSI port."""
    device = write(sysfs / "devices" / "platform" / "soc" / "fe801000.csi")
    write(device / "of_node", compatible="brcm,bcm2835-unicam\0")
    link(device / "driver", sysfs / "bus" / "platform" / "drivers" / driver)
    return node(sysfs, device, number, name)


def pci_grabber(sysfs: Path, *, number: int = 0) -> Path:
    """Put a frame grabber into a slot."""
    device = write(
        sysfs / "devices" / "pci0000:00" / "0000:00:1c.0" / "0000:03:00.0",
        vendor="0x1797",
        device="0x6864",
        subsystem_vendor="0x1797",
        subsystem_device="0x0001",
    )
    link(device / "driver", sysfs / "bus" / "pci" / "drivers" / "tw686x")
    return node(sysfs, device, number, "tw686x")


def vivid(sysfs: Path, *, number: int = 2) -> Path:
    """Load the kernel's virtual video driver."""
    device = write(sysfs / "devices" / "platform" / "vivid.0")
    link(device / "driver", sysfs / "bus" / "platform" / "drivers" / "vivid")
    return node(sysfs, device, number, "vivid-000-vid-cap")
