pragma Singleton
import QtQuick
import Gishe

// Colours, sizes and type in one place. Sizes are pixels at 1080 x 1920, scaled to the window.
QtObject {
    id: theme

    property real windowWidth: 1080
    property real windowHeight: 1920
    readonly property bool portrait: windowHeight >= windowWidth
    readonly property real scale: portrait ? Math.min(windowWidth / 1080, windowHeight / 1920)
                                           : 0.62 * Math.min(windowWidth / 1280, windowHeight / 800)
    readonly property real typeScale: Shell.largeType ? 1.18 : 1

    // Words on their ground reach 4.5 to 1 (7 to 1 in high contrast), signs and fields 3 to 1.
    readonly property bool strong: Shell.highContrast
    readonly property color ground: strong ? "#000000" : "#F6F3EC"
    readonly property color surface: strong ? "#000000" : "#FFFFFF"
    readonly property color ink: strong ? "#FFFFFF" : "#142338"
    readonly property color softInk: strong ? "#FFFFFF" : "#525D6B"
    readonly property color line: strong ? "#FFFFFF" : "#DAD4C6"
    readonly property color edge: strong ? "#FFFFFF" : "#8E8878"
    readonly property color disabledGround: strong ? "#333333" : "#E6E1D5"
    readonly property color primary: strong ? "#FFD500" : "#0B5C5B"
    readonly property color primaryDeep: strong ? "#000000" : "#07403F"
    readonly property color inkOnPrimary: strong ? "#000000" : "#FFFFFF"
    readonly property color primarySoft: strong ? "#333333" : "#E0EDEA"
    readonly property color accent: strong ? "#FFD500" : "#C26A12"
    readonly property color good: strong ? "#7CFFB2" : "#1C7A4B"
    readonly property color caution: strong ? "#FFD500" : "#8A5100"
    readonly property color cautionSoft: strong ? "#000000" : "#FCF1DD"
    readonly property color stop: strong ? "#FF9C8F" : "#A33025"
    readonly property color inkOnSign: strong ? "#000000" : "#FFFFFF"

    readonly property string family: Shell.fontFamily
    readonly property int titleSize: px(60 * typeScale)
    readonly property int headingSize: px(46 * typeScale)
    readonly property int bodySize: px(37 * typeScale)
    readonly property int smallSize: px(30 * typeScale)
    readonly property int gap: px(28)
    readonly property int margin: px(56)
    readonly property int touch: px(124)
    // Nothing that is touched is lower: 72 pixels at 1280 x 800, 104 at 1080 x 1920.
    readonly property int smallTouch: px(portrait ? 104 : 117)
    readonly property int radius: px(28)
    readonly property int hairline: px(strong ? 4 : 2)

    function px(size: real): int {
        return Math.max(1, Math.round(size * theme.scale));
    }
}
