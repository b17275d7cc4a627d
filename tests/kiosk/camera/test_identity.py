"""Devices are told by trees like those of sysfs: no camera is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.camera.identity import DeviceIdentity, differences, identify_device, identify_node
from kiosk.errors import CameraMissing
from tests.kiosk.camera import sysfs as trees


def test_a_usb_camera_is_known_by_place_name_and_descriptors(tmp_path: Path) -> None:
    found = identify_node(trees.usb_camera(tmp_path), tmp_path)
    assert found == DeviceIdentity(
        bus="usb",
        path="usb-0000:00:14.0-4:1.0",
        vendor="046d",
        product="0825",
        serial="5CD9A1B0",
        driver="uvcvideo",
        name="UVC Camera (046d:0825)",
        descriptors=hashlib.sha256(trees.DESCRIPTORS).hexdigest(),
    )


def test_the_place_does_not_change_with_the_order_in_which_buses_are_numbered(tmp_path: Path) -> None:
    one = identify_node(trees.usb_camera(tmp_path / "a", port="1-4.2", number=0), tmp_path / "a")
    other = identify_node(trees.usb_camera(tmp_path / "b", port="3-4.2", number=5), tmp_path / "b")
    assert one == other


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"port": "1-3"}, ("camera_other_port",)),
        ({"controller": "pci0000:00/0000:00:1a.0"}, ("camera_other_port",)),
        ({"interface": "1.2"}, ("camera_other_port",)),
        ({"serial": "OTHER"}, ("camera_replaced",)),
        ({"product": "0826"}, ("camera_replaced",)),
        ({"descriptors": trees.DESCRIPTORS + b"x"}, ("camera_descriptors_changed",)),
        ({"driver": "uvcvideo_patched"}, ("camera_driver_changed",)),
        ({"name": "Other"}, ("camera_name_changed",)),
        ({"port": "1-3", "serial": "OTHER"}, ("camera_other_port", "camera_replaced")),
        ({"number": 3}, ()),
    ],
)
def test_what_differs_is_named(tmp_path: Path, change: dict[str, object], named: tuple[str, ...]) -> None:
    pinned = identify_node(trees.usb_camera(tmp_path / "a"), tmp_path / "a")
    found = identify_node(trees.usb_camera(tmp_path / "b", **change), tmp_path / "b")  # type: ignore[arg-type]
    assert differences(pinned, found) == named


def test_every_field_counts() -> None:
    pinned = DeviceIdentity("usb", "p", "v", "p", "s", "d", "n", "h")
    for field in DeviceIdentity.__dataclass_fields__:
        if field != "virtual":
            assert differences(pinned, replace(pinned, **{field: "x"})), field


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda root: trees.loopback(root), "loopback"),
        (lambda root: trees.loopback(root, name="UVC Camera (046d:0825)"), "loopback"),
        (lambda root: trees.node(root, None, 4, "Integrated Camera"), "virtual_path"),
        (lambda root: trees.vivid(root), "virtual_driver"),
        (lambda root: trees.usb_camera(root, controller="platform/dummy_hcd.0"), "virtual_controller"),
        (lambda root: trees.usb_camera(root, controller="platform/vhci_hcd.0"), "virtual_controller"),
        (lambda root: trees.usb_camera(root, vendor="1d6b", product="0104", name="UVC"), "gadget"),
        (lambda root: trees.usb_camera(root, name="OBS Virtual Camera: OBS"), "virtual_name"),
        (lambda root: trees.csi_camera(root, driver="v4l2loopback"), "virtual_driver"),
    ],
)
def test_what_is_no_camera_of_its_own_is_marked(tmp_path: Path, make: Callable[[Path], Path], reason: str) -> None:
    assert identify_node(make(tmp_path), tmp_path).virtual == reason


def test_a_gadget_that_tells_another_vendor_is_not_seen(tmp_path: Path) -> None:
    """What the pin cannot do: a device built to say the same is the same, but for its place."""
    pinned = identify_node(trees.usb_camera(tmp_path / "a"), tmp_path / "a")
    gadget = identify_node(trees.usb_camera(tmp_path / "b"), tmp_path / "b")
    assert gadget.virtual == ""
    assert differences(pinned, gadget) == ()


def test_cameras_on_the_board_and_in_a_slot_have_a_place_too(tmp_path: Path) -> None:
    csi = identify_node(trees.csi_camera(tmp_path / "a"), tmp_path / "a")
    assert (csi.bus, csi.path, csi.driver) == ("platform", "platform/soc/fe801000.csi", "unicam")
    assert (csi.vendor, csi.product, csi.virtual) == ("brcm", "bcm2835-unicam", "")
    pci = identify_node(trees.pci_grabber(tmp_path / "b"), tmp_path / "b")
    assert (pci.bus, pci.path, pci.vendor, pci.product) == ("pci", "0000:03:00.0", "1797", "6864")
    assert (pci.driver, pci.virtual) == ("tw686x", "")


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CameraMissing):
        identify_node(tmp_path / "class" / "video4linux" / "video0", tmp_path)
    with pytest.raises(CameraMissing):
        identify_device(tmp_path / "video0", tmp_path)
    (tmp_path / "video0").write_text("")
    with pytest.raises(CameraMissing, match="no camera"):
        identify_device(tmp_path / "video0", tmp_path)


def test_a_device_is_found_by_its_number_not_by_its_name(tmp_path: Path) -> None:
    entry = trees.usb_camera(tmp_path)
    numbers = tmp_path / "dev" / "char"
    numbers.mkdir(parents=True)
    (numbers / "1:3").symlink_to(entry.resolve())
    # /dev/null is character device 1:3 on every Linux.
    assert identify_device(Path("/dev/null"), tmp_path).serial == "5CD9A1B0"
