"""
Phone spellings and their full forms: one table, French and English together.

Only spellings that mean one thing in both languages stand here. Keys are folded (lower case, no accents); `_` is a
space in what they stand for. Nothing here is a name or a product.
"""

from __future__ import annotations

_TABLE = """
tjrs=toujours tjs=toujours tjr=toujours tj=toujours tjour=toujours tjours=toujours pr=pour vs=vous ns=nous pk=pourquoi
pq=pourquoi prk=pourquoi bjr=bonjour bsr=bonsoir slt=salut cc=coucou svp=s_il_vous_plait stp=s_il_te_plait
silvousplait=s_il_vous_plait sivouplait=s_il_vous_plait cmd=commande cmde=commande cde=commande tt=tout ds=dans
ac=avec avc=avec mm=meme qd=quand kan=quand kand=quand qqn=quelqu_un qqun=quelqu_un qq1=quelqu_un qqch=quelque_chose
remb=remboursement rembt=remboursement mdp=mot_de_passe vrmt=vraiment vrm=vraiment bcp=beaucoup tps=temps
pb=probleme pbm=probleme pblm=probleme jms=jamais dsl=desole cmb=combien cb=combien cbien=combien
jai=j_ai jsuis=j_suis chui=j_suis chuis=j_suis cest=c_est ct=c_etait ya=il_y_a yapa=il_y_a_pas yapas=il_y_a_pas
yen=il_y_en yaqqn=il_y_a_quelqu_un koi=quoi ki=qui ke=que jveux=j_veux jpeux=j_peux jvoudrais=j_voudrais
jaimerais=j_aimerais javais=j_avais jattends=j_attends jattend=j_attends jarrive=j_arrive jaurais=j_aurais
pcq=parce_que pck=parce_que psk=parce_que msg=message num=numero tel=telephone rdv=rendez_vous auj=aujourd_hui
ajd=aujourd_hui tlm=tout_le_monde nn=non oki=ok dispo=disponible dispos=disponible rens=renseignement
g=j_ai c=c_est keske=qu_est_ce_que kesk=qu_est_ce_que pv=peux pvez=pouvez
u=you ur=your r=are pls=please plz=please plss=please pleaseee=please thx=thanks thnx=thanks ty=thanks tnx=thanks
wheres=where_is whens=when_is whats=what_is hows=how_is pw=password pwd=password passwrd=password cuz=because
coz=because cos=because bc=because gonna=going_to wanna=want_to gimme=give_me lemme=let_me dunno=dont_know
tmrw=tomorrow tmr=tomorrow 2moro=tomorrow tomo=tomorrow yest=yesterday wk=week wks=weeks hrs=hours acc=account
acct=account addy=address abt=about wat=what wen=when wot=what wher=where recieved=received recieve=receive
recived=received havent=have_not havnt=have_not hasnt=has_not didnt=did_not dont=do_not doesnt=does_not isnt=is_not
cant=can_not cannot=can_not couldnt=could_not wont=will_not wasnt=was_not arent=are_not aint=is_not im=i_am ive=i_have
id=i_would ill=i_will youre=you_are theyre=they_are yous=you tho=though bday=birthday msgs=messages
"""

WRITTEN_OUT: dict[str, str] = {
    short: written.replace("_", " ") for short, _, written in (pair.partition("=") for pair in _TABLE.split())
}
