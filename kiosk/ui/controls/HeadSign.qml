pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// A small plain face that turns, opens its mouth, closes its eyes.
Rectangle {
    id: head

    property real dx: 0
    property real dy: 0
    property real mouth: 0
    property real lids: 0
    property real smile: 0
    property color ink: Theme.primary

    radius: width / 2
    color: Theme.primarySoft
    border.width: Math.max(2, height * 0.035)
    border.color: ink

    Repeater {
        model: [-1, 1]

        Rectangle {
            required property int modelData
            width: head.width * 0.12
            height: Math.max(head.height * 0.028, width * 1.15 * (1 - head.lids))
            radius: width / 2
            color: head.ink
            x: head.width / 2 - width / 2 + modelData * head.width * (0.19 - 0.03 * Math.abs(head.dx)) + head.dx * head.width * 0.19
            y: head.height * 0.42 - height / 2 + head.dy * head.height * 0.13
        }
    }
    Shape {
        visible: head.smile > 0
        x: head.width / 2 + head.dx * head.width * 0.2
        y: head.height * 0.66 + head.dy * head.height * 0.12
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeColor: head.ink
            strokeWidth: head.height * 0.04
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            startX: -head.width * (0.17 + 0.06 * head.smile)
            startY: -head.height * 0.05 * head.smile

            PathQuad {
                x: head.width * (0.17 + 0.06 * head.smile)
                y: -head.height * 0.05 * head.smile
                controlX: 0
                controlY: head.height * 0.25 * head.smile
            }
        }
    }
    Rectangle {
        visible: head.smile === 0
        width: head.width * (0.34 - 0.08 * head.mouth - 0.04 * Math.abs(head.dx))
        height: head.height * (0.035 + 0.17 * head.mouth)
        radius: height / 2
        color: head.ink
        x: head.width / 2 - width / 2 + head.dx * head.width * 0.2
        y: head.height * 0.68 - height / 3 + head.dy * head.height * 0.12
    }
}
