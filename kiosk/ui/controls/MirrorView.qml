import QtQuick
import Gishe

// The mirror: the live picture in an oval (or, for a card, a rectangle) with a ring that fills. Never turned round by RTL.
Item {
    id: view

    property bool oval: true
    property real guide: 0.6
    property real progress: 0
    property bool good: false
    property color groundColor: Theme.ground
    readonly property real ovalHeight: Math.min(height * 0.94, width * 1.18)
    readonly property real ovalWidth: ovalHeight * 0.78
    readonly property real frameWidth: Math.min(width * 0.92, height * 0.92 * 1.45)

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    clip: true

    Preview {
        id: picture
        anchors.centerIn: parent
        // The sensor is wider than the oval: its middle fills it.
        width: view.oval ? view.ovalHeight * 1.34 : view.frameWidth
        height: view.oval ? view.ovalHeight : view.frameWidth / 1.45
        feed: Shell.feed
        opacity: Shell.cameraProblem === "" ? 1 : 0
        Component.onDestruction: release()
    }
    Canvas {
        id: mask
        anchors.fill: parent

        property color ground: view.groundColor
        property color line: view.good ? Theme.good : Theme.line
        property color full: view.good ? Theme.good : Theme.accent
        property real part: view.progress
        property bool shape: view.oval
        property real share: view.guide

        onGroundChanged: requestPaint()
        onLineChanged: requestPaint()
        onPartChanged: requestPaint()
        onWidthChanged: requestPaint()
        onHeightChanged: requestPaint()

        onPaint: {
            const c = getContext("2d");
            const w = view.oval ? view.ovalWidth : view.frameWidth * share;
            const h = view.oval ? view.ovalHeight : w / 1.45;
            const x = (width - w) / 2, y = (height - h) / 2;
            c.reset();
            if (view.oval) {
                c.fillStyle = ground;
                c.fillRect(0, 0, width, height);
                c.globalCompositeOperation = "destination-out";
                c.beginPath();
                c.ellipse(x, y, w, h);
                c.fill();
                c.globalCompositeOperation = "source-over";
            }
            const thick = Theme.px(14);
            c.lineWidth = thick;
            c.lineCap = "round";
            c.strokeStyle = line;
            c.beginPath();
            if (view.oval)
                c.ellipse(x + thick / 2, y + thick / 2, w - thick, h - thick);
            else
                c.roundedRect(x, y, w, h, Theme.px(24), Theme.px(24));
            c.stroke();
            if (part > 0.01) {
                c.strokeStyle = full;
                c.beginPath();
                const steps = 72, last = Math.round(steps * Math.min(1, part));
                for (let i = 0; i <= last; i++) {
                    const a = -Math.PI / 2 + 2 * Math.PI * i / steps;
                    const px = width / 2 + Math.cos(a) * (w - thick) / 2;
                    const py = height / 2 + Math.sin(a) * (h - thick) / 2;
                    i === 0 ? c.moveTo(px, py) : c.lineTo(px, py);
                }
                c.stroke();
            }
        }
    }
}
