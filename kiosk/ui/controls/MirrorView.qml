pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Gishe

// The mirror: the live picture in an oval (or, for a card, whole with a guide) and a line that fills. Never turned round by RTL.
Item {
    id: view

    property bool oval: true
    property real guide: 0.6
    property real progress: 0
    property bool good: false
    // Corners of a document that is seen, as shares of the picture.
    property var outline: []
    property color groundColor: Theme.ground
    readonly property bool problem: Shell.cameraProblem !== ""
    readonly property real thick: Theme.px(16)
    readonly property real ovalHeight: Math.min(height, width * 1.24)
    readonly property real ovalWidth: ovalHeight * 0.78
    readonly property real frameWidth: Math.min(width, height * picture.aspect)
    readonly property real frameHeight: frameWidth / picture.aspect
    readonly property color ringColor: good ? Theme.good : Theme.edge

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    Accessible.ignored: true
    clip: true

    component Ring: PathAngleArc {
        centerX: view.width / 2
        centerY: view.height / 2
        radiusX: (view.ovalWidth - view.thick) / 2
        radiusY: (view.ovalHeight - view.thick) / 2
        startAngle: -90
        sweepAngle: 360
    }
    component Guide: PathRectangle {
        x: (view.width - width) / 2
        y: (view.height - height) / 2
        width: view.frameWidth * view.guide
        height: view.frameHeight * view.guide
        radius: Theme.px(26)
    }
    Rectangle {
        anchors.centerIn: parent
        width: view.oval ? view.ovalWidth : view.frameWidth
        height: view.oval ? view.ovalHeight : view.frameHeight
        color: Theme.primarySoft
    }
    Preview {
        id: picture
        anchors.centerIn: parent
        // The sensor is wider than the oval: its middle fills it.
        width: view.oval ? view.ovalHeight * 1.34 : view.frameWidth
        height: view.oval ? view.ovalHeight : view.frameHeight
        feed: Shell.feed
        opacity: hasPicture && !view.problem ? 1 : 0
        Component.onDestruction: release()
    }
    Icon {
        anchors.centerIn: parent
        visible: picture.opacity === 0
        name: "camera"
        color: Theme.primary
        width: Math.min(view.ovalHeight, view.frameHeight) * 0.26
        height: width
        stroke: 1.4
    }
    Shape {
        anchors.fill: parent
        visible: view.oval
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeWidth: -1
            fillColor: view.groundColor
            fillRule: ShapePath.OddEvenFill
            PathRectangle { x: -1; y: -1; width: view.width + 2; height: view.height + 2 }
            Ring { moveToStart: true }
        }
        ShapePath {
            strokeWidth: view.thick
            strokeColor: view.ringColor
            fillColor: "transparent"
            Ring {}
        }
    }
    Shape {
        anchors.fill: parent
        visible: view.oval && view.progress > 0.01
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeWidth: view.thick
            strokeColor: view.good ? Theme.good : Theme.accent
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            Ring { sweepAngle: 360 * Math.min(1, view.progress) }
        }
    }
    Shape {
        anchors.fill: parent
        // Once the card itself is outlined, a second frame would only confuse.
        visible: !view.oval && !view.problem && view.outline.length === 0
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeWidth: -1
            fillColor: Theme.strong ? "#A0000000" : "#80142338"
            fillRule: ShapePath.OddEvenFill
            PathRectangle {
                x: (view.width - width) / 2
                y: (view.height - height) / 2
                width: view.frameWidth
                height: view.frameHeight
            }
            Guide {}
        }
        ShapePath {
            strokeWidth: view.thick * 0.6
            strokeColor: view.good ? Theme.good : "#FFFFFF"
            fillColor: "transparent"
            Guide {}
        }
    }
    Shape {
        id: drawn
        x: (view.width - width) / 2
        y: (view.height - height) / 2
        width: view.frameWidth
        height: view.frameHeight
        visible: !view.oval && !view.problem && view.outline.length === 4
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeWidth: view.thick * 0.6
            strokeColor: view.good ? Theme.good : Theme.accent
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            PathPolyline {
                path: view.outline.length === 4 ? [0, 1, 2, 3, 0].map(i => Qt.point(view.outline[i].x * drawn.width, view.outline[i].y * drawn.height)) : []
            }
        }
    }
    Rectangle {
        visible: !view.oval && view.progress > 0.01
        anchors.horizontalCenter: parent.horizontalCenter
        y: (view.height + view.frameHeight * view.guide) / 2 + view.thick
        width: view.frameWidth * view.guide
        height: view.thick
        radius: height / 2
        color: "#B0FFFFFF"

        Rectangle {
            width: Math.max(height, parent.width * Math.min(1, view.progress))
            height: parent.height
            radius: height / 2
            color: Theme.good
        }
    }
}
