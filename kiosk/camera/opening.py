"""From an address to a camera; what a kind of camera needs is only loaded when it is named."""

from __future__ import annotations

from kiosk.camera.address import Address, DemoAddress, DeviceAddress, Pace, ReplayAddress, parse_address
from kiosk.camera.port import Camera


def make_camera(address: Address | str, *, pace: Pace = Pace.FREE) -> Camera:
    """Give the camera of an address, not opened yet; recordings that name no pace take this one.

    Raises ``SettingsInvalid`` for an address that cannot be used.
    """
    if isinstance(address, str):
        address = parse_address(address)
    if isinstance(address, ReplayAddress):
        from kiosk.camera.replay import ReplayCamera

        return ReplayCamera(address, pace=pace)
    if isinstance(address, DemoAddress):
        from kiosk.camera.demo.camera import DemoCamera

        return DemoCamera(address, pace=pace)
    if isinstance(address, DeviceAddress):
        from kiosk.camera.v4l2 import V4l2Camera

        return V4l2Camera(address)
    from kiosk.camera.gstreamer import GstreamerCamera

    return GstreamerCamera(address)


def open_camera(address: Address | str, *, pace: Pace = Pace.FREE) -> Camera:
    """Give the camera of an address, open. Raises what ``make_camera`` and the camera's ``open`` raise."""
    camera = make_camera(address, pace=pace)
    camera.open()
    return camera
