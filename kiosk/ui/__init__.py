"""The screens: Qt lives here and nowhere else. View models show state and post taps; they decide nothing."""
