"""What a server's visitors see in the place of all they may not do, and how its owner signs on."""

import streamlit as st

from pages.shared import messages, permissions
from pages.shared.permissions import Who

PASSWORD = "password"
TROUBLE = "owner-trouble"
OFF = "Training is off on this server."
LOOK = "Here only the owner trains; all runs can be looked at."


def sign_in() -> None:
    """Say that visitors can only look, and let the owner sign on if there is a password."""
    has_password = permissions.who() is Who.OWNER
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="owner"):
        st.html(f'<span class="note">{LOOK if has_password else OFF}</span>', width="content")
        if has_password:
            with st.popover("Owner", icon=":material/key:"):
                _form()


def sign_out() -> None:
    """Let an owner become a visitor again; on one's own machine there are none."""
    if permissions.who() is Who.OWNER:
        st.button("Sign off", icon=":material/logout:", type="tertiary", key="sign-off",
                  on_click=permissions.sign_out)  # fmt: skip


def _form() -> None:
    with st.form("owner-form", border=False):
        st.text_input(
            "Password",
            type="password",
            key=PASSWORD,
            autocomplete="current-password",
        )
        st.form_submit_button("Sign on", key="sign-on", on_click=_sign_in)
    messages.show(TROUBLE)


def _sign_in() -> None:
    st.session_state[TROUBLE] = permissions.sign_in(st.session_state.get(PASSWORD, ""))
    st.session_state[PASSWORD] = ""
